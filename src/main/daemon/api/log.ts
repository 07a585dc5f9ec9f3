/** What the API writes its log with: the part of a pino logger that it uses. */
export type ApiLog = {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
