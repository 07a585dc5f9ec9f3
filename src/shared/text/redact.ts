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
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  return words.some((word, index) => secretWords.has(word) || secretPairs.has(`${word} ${words[index + 1] ?? ''}`))
}

/**
 * `user:password@` inside any URI becomes `user:•••@`. The scheme is not matched but for its last character: arguments of
 * 128 KiB come, and a pattern that may begin at each of their letters takes minutes.
 */
const redactUserInfo = (text: string): string =>
  text.replace(/(?<=[a-z0-9+.-])(:\/\/[^\s/?#:@]*:)[^\s/?#]*@/gi, (_, before: string) => `${before}${redacted}@`)

/**
 * `?key=value`, `&key=value` and `#key=value` of a URI inside an element. Keys are matched from one separator to the next
 * and no further, so that each letter is looked at once.
 */
const redactInnerQuery = (text: string): string =>
  text.replace(/([?&#])([^=?&#\s]*)=([^&#\s]+)/g, (pair, separator: string, key: string) =>
    isSecretKey(decodeQuietly(key)) ? `${separator}${key}=${redacted}` : pair,
  )

/** `key=value` with a secret key becomes `key=•••`; user info and queries in URIs likewise. Other text is unchanged. */
function redactElement(element: string): string {
  const at = element.indexOf('=')
  const isUri = /^[a-z][a-z0-9+.-]*:\/\//i.test(element)
  if (!isUri && at > 0 && isSecretKey(element.slice(0, at)) && at + 1 < element.length) {
    return `${element.slice(0, at)}=${redacted}`
  }
  return redactInnerQuery(redactUserInfo(element))
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

/** True when the value of a variable of this name may be neither stored nor shown: `API_KEY=...`, `DB=postgres://u:pw@h`. */
export const isSecretVariable = (name: string, value: string): boolean =>
  isSecretKey(name) || redactUserInfo(value) !== value

/**
 * A URI as it may be stored and shown: secrets in it replaced, everything else byte for byte. Its query is a command
 * line, so what `redactArgv` would replace there is replaced here, also where it is percent-encoded.
 */
export function redactUri(uri: string): string {
  const [, base = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(uri) ?? []
  return [
    redactUserInfo(base),
    query === undefined ? '' : `?${redactPairs(query)}`,
    fragment === undefined ? '' : `#${redactPairs(fragment)}`,
  ].join('')
}

function redactPairs(text: string): string {
  const pairs = text.split('&')
  const elements = pairs.map(decodeQuietly)
  // The path that stands before the query is the program, as in `argvOfUri`.
  const [, ...shown] = redactArgv(['', ...elements])
  return pairs.map((pair, index) => replaceSecret(pair, elements[index] ?? '', shown[index] ?? '')).join('&')
}

/** `pair` is how `element` is written in a URI, `shown` what may be seen of it. Keeps the bytes of what stays. */
function replaceSecret(pair: string, element: string, shown: string): string {
  if (shown === element) return pair
  const at = pair.indexOf('=')
  if (at > 0 && shown.indexOf('=') === shown.length - `=${redacted}`.length && shown.endsWith(redacted))
    return `${pair.slice(0, at)}=${redacted}`
  return shown.replace(/[\s%&#+]/g, encodeURIComponent)
}

/** Of bytes that are no UTF-8 the escapes of ASCII are decoded alone: a secret key must not hide behind a bad escape. */
function decodeQuietly(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced.replace(/%([0-7][0-9a-f])/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  }
}
