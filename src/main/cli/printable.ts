// C0 (with tab and newline), DEL and C1 (https://www.unicode.org/charts/PDF/U0000.pdf, U0080.pdf): what moves a
// terminal's cursor, sets its title or answers in the user's name.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/g

/**
 * Explicit directional formatting characters (UAX 9, section 2): they make a line read other than it is. Joiners of
 * scripts and pictographs (U+200C, U+200D) are none of them.
 */
const directionCharacters = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** `text` with its directional characters as people can see them: `\u202e`. */
export const showDirections = (text: string): string => text.replace(directionCharacters, escaped)

/**
 * `text` without control characters, so that no value from outside can steer the terminal that it is printed on, and with
 * directional characters escaped, so that none can look like another.
 */
export const printable = (text: string): string => showDirections(text.replace(controlCharacters, ''))

/**
 * JSON without a raw control or directional character: JSON.stringify escapes C0 only, and here the others too, so the
 * data stays whole and the terminal safe. Indented for people when `indent` is set, else on one line.
 */
export const printableJson = (value: unknown, indent: boolean): string =>
  showDirections(JSON.stringify(value, null, indent ? 2 : 0).replace(/[\u007f-\u009f]/g, escaped))
