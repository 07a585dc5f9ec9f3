/** A shim of this or of another version or home: `SHELL .../shim-HASH.sh RECORD PROGRAM ...`. */
const shimPath = /\/shim-[0-9a-f]{16}\.sh$/

/** Only the text; the program itself shows the same command line between its fork and its exec. */
export const isShimCommand = (argv: readonly string[]): boolean => shimPath.test(argv[1] ?? '')
