/** Lines of output, and the regular expression (JavaScript, with the flag `u`) that one of them may match. */
export type MatchTask = { readonly pattern: string; readonly lines: readonly string[] }

export function anyLineMatches({ pattern, lines }: MatchTask): boolean {
  const expression = new RegExp(pattern, 'u')
  return lines.some((line) => expression.test(line))
}
