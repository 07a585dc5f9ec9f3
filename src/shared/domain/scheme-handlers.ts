import type { ProcessUri } from './process-uri.ts'

/** Command lines for URI schemes of a person's own: `handlers:` of config.yaml. Keys are schemes in lower case. */
export type SchemeHandlers = Readonly<Record<string, readonly string[]>>

export const noHandlers: SchemeHandlers = {}

/** RFC 3986, 3.1, in the lower case that schemes are compared in. */
export const schemePattern = /^[a-z][a-z0-9+.-]{0,63}$/

/** Schemes with a meaning of their own, now or in a later version: no handler may take them. */
export const reservedSchemes: readonly string[] = ['exec', 'ssh+exec', 'docker', 'slurm', 'session', 'attached']

/** A whole element of a handler's command line that is replaced by that part of the URI. */
export const placeholders = ['{uri}', '{host}', '{port}', '{path}', '{query}', '{fragment}', '{alias}'] as const
export type Placeholder = (typeof placeholders)[number]

export const isPlaceholder = (element: string): element is Placeholder =>
  (placeholders as readonly string[]).includes(element)

/** What a URI means beside its parts: the text as it was given, and what the process is called. */
export type UriWords = { readonly text: string; readonly alias: string | null }

/**
 * The command line of a handler for one URI. A part that the URI does not have is an empty element, so that positions
 * stay; `{query}` becomes one element `k=v` for each pair, in order, and none without a query.
 */
export function expandHandler(template: readonly string[], uri: ProcessUri, words: UriWords): readonly string[] {
  return template.flatMap((element) => (isPlaceholder(element) ? partOf(element, uri, words) : [element]))
}

function partOf(placeholder: Placeholder, uri: ProcessUri, { text, alias }: UriWords): readonly string[] {
  switch (placeholder) {
    case '{uri}':
      return [text]
    case '{host}':
      return [uri.host]
    case '{port}':
      return [uri.port === null ? '' : String(uri.port)]
    case '{path}':
      return [uri.path]
    case '{query}':
      return queryElements(uri)
    case '{fragment}':
      return [uri.fragment ?? '']
    case '{alias}':
      return [alias ?? '']
  }
}

/** Each pair of the query as one bare element: `k=v`, `k=` or `k`. */
export const queryElements = (uri: ProcessUri): readonly string[] =>
  uri.query.map(({ key, value }) => (value === null ? key : `${key}=${value}`))
