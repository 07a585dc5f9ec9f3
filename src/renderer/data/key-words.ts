const names: Readonly<Record<string, string>> = {
  $mod: 'Ctrl',
  arrowup: '↑',
  arrowdown: '↓',
  escape: 'Esc',
}

/** A key of the registry (notation of tinykeys) as people read it: `$mod+k` is `Ctrl+K`, or `⌘K` on a Mac; keys after
 * each other are apart, `G D`. */
export function keyWords(keys: string | undefined, isMac = false): string | undefined {
  if (keys === undefined) return undefined
  if (keys.includes(' '))
    return keys
      .split(' ')
      .flatMap((key) => keyWords(key, isMac) ?? [])
      .join(' ')
  const words = keys.split('+').map((part) => {
    if (part === '$mod' && isMac) return '⌘'
    const known = names[part.toLowerCase()]
    return known ?? (part.length === 1 ? part.toUpperCase() : part)
  })
  return words.join(isMac ? '' : '+')
}

/** The notation that tinykeys understands: signs such as `?` need Shift on some keyboards and not on others. */
export const tinyKeys = (keys: string): string => (/^[^\w$]$/.test(keys) ? `[Shift]+${keys}` : keys)
