/**
 * A carrier moves whole messages: text is control, binary is bytes of one stream. Implementations: the unix socket
 * (src/main/carrier), a MessagePort and a browser WebSocket (src/renderer/data).
 */
export interface Channel {
  send(message: string | Uint8Array): void
  close(): void
  onMessage: (message: string | Uint8Array) => void
  /** Called once, when no more messages can come. */
  onClose: () => void
}
