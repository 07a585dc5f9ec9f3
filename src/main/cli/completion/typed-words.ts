/**
 * What a shell would make of one word as it was typed, with quotes and backslashes (bash(1), QUOTING); a quote that is
 * still open ends with the word. Nothing is expanded.
 */
export function unquoted(typed: string): string {
  const pattern = /\\(.?)|'([^']*)'?|"((?:\\.|[^"\\])*)"?|([^\\'"]+)/gs
  return [...typed.matchAll(pattern)]
    .map(([, escaped, single, double, plain]) => {
      if (double !== undefined) return double.replace(/\\([\\"$`])/g, '$1')
      return escaped ?? single ?? plain ?? ''
    })
    .join('')
}
