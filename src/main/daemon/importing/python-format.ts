/** A text with its expressions filled in, or why that is not possible. Neither names a value. */
export type Formatted = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }

/** `%%`, `%(name)s`, `%(name)02d` ...; last, a percent sign that is neither. */
const expression = /%(?:%|\(([^()%]{0,256})\)([-0 +#]*)(\d{0,9})([a-zA-Z])|)/g

/** Wider than any name of a process; more would only fill the memory. */
const widest = 64

/** Fills in `%(name)s` and `%(name)d` as Python's `%` operator does, with flags `0` and `-` and a width. */
export function formatPython(text: string, values: ReadonlyMap<string, string | number>): Formatted {
  let reason: string | null = null
  const filled = text.replace(
    expression,
    (whole: string, name?: string, flags?: string, width?: string, conversion?: string) => {
      if (whole === '%%') return '%'
      const value = name === undefined ? undefined : values.get(name)
      if (name === undefined) reason ??= 'it has a % that stands for nothing; write %%'
      else if (value === undefined) reason ??= `%(${name}) is not known here`
      else if (conversion !== 's' && !(conversion === 'd' && typeof value === 'number')) {
        reason ??= `%(${name})${conversion ?? ''} is not supported`
      } else if (Number(width) > widest) reason ??= `%(${name}) is wider than ${widest}`
      else return pad(String(value), Number(width), flags ?? '')
      return ''
    },
  )
  return reason === null ? { ok: true, text: filled } : { ok: false, reason }
}

function pad(text: string, width: number, flags: string): string {
  if (flags.includes('-')) return text.padEnd(width)
  return text.padStart(width, flags.includes('0') && /^\d+$/.test(text) ? '0' : ' ')
}
