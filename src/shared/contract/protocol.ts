/** Raised whenever a daemon and a face of different versions would misunderstand each other. */
export const protocolVersion = 3
