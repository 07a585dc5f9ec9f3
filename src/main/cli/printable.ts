// C0 (with tab and newline), DEL and C1 (https://www.unicode.org/charts/PDF/U0000.pdf, U0080.pdf): what moves a
// terminal's cursor, sets its title or answers in the user's name.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/g

/** `text` without control characters, so that no value from outside can steer the terminal that it is printed on. */
export const printable = (text: string): string => text.replace(controlCharacters, '')

/**
 * JSON without a raw control character: JSON.stringify escapes C0 only, and here DEL and C1 too, so the data stays
 * whole and the terminal safe. Indented for people when `indent` is set, else on one line.
 */
export const printableJson = (value: unknown, indent: boolean): string =>
  JSON.stringify(value, null, indent ? 2 : 0).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
