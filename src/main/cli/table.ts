import { printable } from './printable.ts'
import { type Piece, type Printer, plainText, styled } from './printer.ts'

export type Column = { readonly title: string; readonly align?: 'left' | 'right' }

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Scripts that terminals draw two cells wide (UAX 11, East Asian Wide and Fullwidth), and pictographs. */
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u

/** Terminal cells that a text without control characters takes. */
export function displayWidth(text: string): number {
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1
  return width
}

/** Prints rows under their titles, two blanks between columns, each column as wide as its widest cell. */
export function printTable(printer: Printer, columns: readonly Column[], rows: readonly (readonly Piece[])[]): void {
  const widthOf = (cell: Piece) => displayWidth(printable(plainText(cell)))
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => widthOf(row[index] ?? ''))),
  )
  const print = (cells: readonly Piece[]) => {
    const last = cells.findLastIndex((cell) => plainText(cell) !== '')
    const pieces = cells.slice(0, last + 1).flatMap((cell, index): Piece[] => {
      const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(cell)))
      if (columns[index]?.align === 'right') return [padding, cell, index === last ? '' : '  ']
      return [cell, index === last ? '' : `${padding}  `]
    })
    printer.line(...pieces)
  }
  print(columns.map((column) => styled(column.title, 'bold')))
  for (const row of rows) print(row)
}

/** Prints `name  value` lines with aligned values. */
export function printFields(printer: Printer, fields: readonly (readonly [string, Piece])[]): void {
  const width = Math.max(...fields.map(([name]) => displayWidth(name)))
  for (const [name, value] of fields) printer.line(styled(name.padEnd(width), 'dim'), '  ', value)
}
