import pino from 'pino'

/** Fields that could hold a secret, wherever they stand in what is logged. */
const secretFields = ['password', 'token', 'secret', 'key', 'env', 'authorization', 'cookie']

/**
 * The daemon's own log, one JSON object a line, appended to `path` (0600). Written at once: after a crash the last line
 * is the one that matters.
 */
export function createLogger(path: string) {
  return pino(
    {
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: pino.stdSerializers.err },
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '•••' },
    },
    pino.destination({ dest: path, append: true, sync: true, mode: 0o600 }),
  )
}
