/**
 * True when `name` fits a shell's pattern: `*`, `?`, `[abc]`, `[a-z]`, `[!abc]`. Takes at most the product of both lengths
 * in steps, whatever the pattern, which a regular expression would not promise.
 */
export function fitsWildcards(name: string, pattern: string): boolean {
  const parts = pattern.match(/\[!?[^\]]{1,100}\]|[\s\S]/g) ?? []
  let at = 0
  let part = 0
  let star = -1
  let starAt = 0
  while (at < name.length) {
    const current = parts[part]
    if (current === '*') {
      star = part++
      starAt = at
    } else if (current !== undefined && fitsOne(name.charAt(at), current)) {
      part += 1
      at += 1
    } else if (star >= 0) {
      part = star + 1
      at = ++starAt
    } else return false
  }
  return parts.slice(part).every((rest) => rest === '*')
}

function fitsOne(character: string, part: string): boolean {
  if (part === '?') return true
  if (part.length === 1) return part === character
  const negated = part.startsWith('[!')
  const set = part.slice(negated ? 2 : 1, -1)
  for (let index = 0; index < set.length; index++) {
    const isRange = set.charAt(index + 1) === '-' && index + 2 < set.length
    const last = isRange ? set.charAt(index + 2) : set.charAt(index)
    if (set.charAt(index) <= character && character <= last) return !negated
    if (isRange) index += 2
  }
  return negated
}
