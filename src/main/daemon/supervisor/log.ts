/** Where the supervisor tells what it did and what went wrong. */
export type Log = {
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}
