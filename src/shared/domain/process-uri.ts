import { failure, type Result, success } from './result.ts'
import { expandHandler, noHandlers, queryElements, type SchemeHandlers, type UriWords } from './scheme-handlers.ts'

/** A URI that says what to run: `scheme://[user[:password]@]host[:port]/path?query#fragment`. */
export type ProcessUri = {
  readonly scheme: string
  /** Before the `@`, without a password; null without one. */
  readonly user: string | null
  readonly host: string
  readonly port: number | null
  /** With its leading slash, percent-decoded. */
  readonly path: string
  /** In order, percent-decoded, repeated keys kept; `value` is null for a key without `=`. */
  readonly query: readonly { readonly key: string; readonly value: string | null }[]
  /** Percent-decoded; null without `#`. */
  readonly fragment: string | null
}

const example = 'exec://localhost/usr/bin/sleep?60'
/** No longer than names can be in the DNS. */
const hostPattern = /^[A-Za-z0-9_.@:%[\]-]{0,253}$/

/** Reads a URI. Failures are `bad_input` and say which part is wrong. */
export function parseProcessUri(text: string): Result<ProcessUri> {
  const match = /^[<|>]?([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text)
  const [, scheme, authority, rawPath, rawQuery, rawFragment] = match ?? []
  if (scheme === undefined || authority === undefined || rawPath === undefined) {
    return bad('It is not of the form scheme://host/path')
  }
  const at = authority.lastIndexOf('@')
  const hostAndPort = authority.slice(at + 1)
  const [, host = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(hostAndPort) ?? []
  if (!hostPattern.test(host) || host.startsWith('-') || /:[^\]]*$/.test(host.replace(/^\[.*\]$/, ''))) {
    return bad(`"${hostAndPort}" is not a host name with an optional port number`)
  }
  const path = decode(rawPath)
  const fragment = rawFragment === undefined ? null : decode(rawFragment)
  const query = (rawQuery ?? '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      return equals < 0
        ? { key: decodeForm(pair), value: null }
        : { key: decodeForm(pair.slice(0, equals)), value: decodeForm(pair.slice(equals + 1)) }
    })
  if (path === undefined || fragment === undefined || !query.every(isDecoded)) {
    return bad('It has a % that is not followed by two hexadecimal digits, or is not UTF-8')
  }
  const portNumber = port === undefined ? null : Number(port)
  const user = at < 0 ? null : (decode(authority.slice(0, at).replace(/:.*$/s, '')) ?? null)
  const uri = { scheme: scheme.toLowerCase(), user, host, port: portNumber, path, query, fragment }
  // The kernel ends every argument at its first NUL.
  return hasNul(uri) ? bad('It contains a NUL character') : success(uri)
}

type Pair = ProcessUri['query'][number]
const isDecoded = (pair: { key: string | undefined; value: string | null | undefined }): pair is Pair =>
  pair.key !== undefined && pair.value !== undefined

const hasNul = (uri: ProcessUri): boolean =>
  uri.path.includes('\0') ||
  uri.fragment?.includes('\0') === true ||
  uri.query.some((pair) => pair.key.includes('\0') || pair.value?.includes('\0'))

const bad = (why: string) => failure('bad_input', `The URI cannot be read. ${why}.`, `Write it like ${example}`)

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const decodeForm = (text: string): string | undefined => decode(text.replaceAll('+', ' '))

/**
 * The command line of a URI. `exec`: its path, then each query pair as one bare element (`k=v`, `k=` or `k`), in order;
 * the path must be absolute, single-slashed and name a program. A scheme with a handler: the handler's command line with
 * its placeholders filled in. Anything else is `bad_input`.
 */
export function argvOfUri(
  uri: ProcessUri,
  handlers: SchemeHandlers = noHandlers,
  words: UriWords = { text: '', alias: null },
): Result<readonly string[]> {
  if (uri.scheme === 'exec' || uri.scheme === 'ssh+exec') return execArgv(uri)
  const template = Object.hasOwn(handlers, uri.scheme) ? handlers[uri.scheme] : undefined
  return template === undefined ? notHandled(uri.scheme, handlers) : success(expandHandler(template, uri, words))
}

function execArgv(uri: ProcessUri): Result<readonly string[]> {
  if (!uri.path.startsWith('/') || uri.path.startsWith('//') || uri.path.endsWith('/') || uri.path === '/') {
    return failure(
      'bad_input',
      `"${uri.path}" is not the absolute path of a program.`,
      `Write the whole path after the host, like ${example}; ~ is not expanded`,
    )
  }
  return success([uri.path, ...queryElements(uri)])
}

/** Why a URI of this scheme starts nothing. */
function notHandled(scheme: string, handlers: SchemeHandlers) {
  switch (scheme) {
    case 'session':
      return failure('bad_input', '"session://" URIs are reserved.', 'Use: procession session activate')
    case 'attached':
      return failure(
        'bad_input',
        '"attached://" URIs are reserved: they name programs that were attached.',
        'Use: procession session attach --pid PID',
      )
    case 'docker':
    case 'slurm':
      return failure(
        'bad_input',
        `"${scheme}://" URIs are not supported by this version.`,
        `Known schemes: ${knownSchemes(handlers)}`,
      )
    default:
      return failure(
        'bad_input',
        `No handler for "${scheme}://" URIs.`,
        `Known schemes: ${knownSchemes(handlers)}. Add a command line for ${scheme} under handlers: in config.yaml ` +
          '(procession config path says where it is)',
      )
  }
}

const knownSchemes = (handlers: SchemeHandlers): string =>
  ['exec', 'ssh+exec', ...Object.keys(handlers).sort()].join(', ')

/** The URI of a command line, so that every process has one: the inverse of `argvOfUri`. */
export function uriOfArgv(argv: readonly string[], host = 'localhost'): string {
  const [program = '', ...rest] = argv
  const path = program.split('/').map(encodeURIComponent).join('/')
  const query = rest.map((element) => {
    const equals = element.indexOf('=')
    return equals < 0
      ? encodeURIComponent(element)
      : `${encodeURIComponent(element.slice(0, equals))}=${encodeURIComponent(element.slice(equals + 1))}`
  })
  return `exec://${host}${path}${query.length > 0 ? `?${query.join('&')}` : ''}`
}
