/** What stands in place of a secret everywhere it would be seen or stored. */
export const redacted = '•••'

const secretWords = new Set([
  'pass',
  'passwd',
  'password',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'apikey',
  'credential',
  'credentials',
  'auth',
])

const secretPairs = new Set(['api key', 'private key'])

/**
 * True when `key` names a secret by a whole word: words are split at `_ - .` and at case changes, so `dbPassword`,
 * `api_key` and `--secret` are secrets, `tokenizer`, `max_tokens`, `bypass` and `passes` are not.
 */
export function isSecretKey(key: string): boolean {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  return words.some((word, index) => secretWords.has(word) || secretPairs.has(`${word} ${words[index + 1] ?? ''}`))
}

/** `user:password@` inside any URI becomes `user:•••@`. */
const redactUserInfo = (text: string): string =>
  text.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s/?#:@]*:)([^\s/?#]*)@/gi, (_, before: string) => `${before}${redacted}@`)

/** `key=value` with a secret key becomes `key=•••`; user info in URIs likewise. Other text is unchanged. */
function redactElement(element: string): string {
  const at = element.indexOf('=')
  if (at > 0 && isSecretKey(element.slice(0, at)) && at + 1 < element.length) {
    return `${element.slice(0, at)}=${redacted}`
  }
  return redactUserInfo(element)
}

/**
 * A command line as it may be stored, scored, compared and shown. Also covers a value in the element after its flag
 * (`--password hunter2`).
 */
export function redactArgv(argv: readonly string[]): string[] {
  return argv.map((element, index) => {
    const before = argv[index - 1]
    const isValueOfSecretFlag =
      index > 1 && before !== undefined && /^--?[A-Za-z]/.test(before) && !before.includes('=') && isSecretKey(before)
    return isValueOfSecretFlag && !element.startsWith('-') ? redacted : redactElement(element)
  })
}

/** A URI as it may be stored and shown: secret query values and passwords replaced, everything else byte for byte. */
export function redactUri(uri: string): string {
  const query = uri.indexOf('?')
  if (query < 0) return redactUserInfo(uri)
  const hash = uri.indexOf('#', query)
  const end = hash < 0 ? uri.length : hash
  const pairs = uri
    .slice(query + 1, end)
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=')
      const key = at < 0 ? pair : pair.slice(0, at)
      return at > 0 && isSecretKey(decodeQuietly(key)) && at + 1 < pair.length
        ? `${key}=${redacted}`
        : redactUserInfo(pair)
    })
  return `${redactUserInfo(uri.slice(0, query))}?${pairs.join('&')}${uri.slice(end)}`
}

function decodeQuietly(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
