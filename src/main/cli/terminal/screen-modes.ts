/** How a mode of a terminal is brought back to what a shell expects (xterm, DEC private modes). */
const shellModes: ReadonlyMap<number, 'on' | 'off'> = new Map([
  // Cursor keys send what the shell knows; the cursor is seen.
  [1, 'off'],
  [25, 'on'],
  // Mouse and focus reports, in all their encodings.
  ...[9, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016].map((mode) => [mode, 'off'] as const),
  [2004, 'off'],
  // The other screen, in its three forms.
  ...[47, 1047, 1049].map((mode) => [mode, 'off'] as const),
])

/** The longest sequence that sets modes is a few dozen characters; one that is cut is put together again. */
const longestSequence = 64

// biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with one
const setModes = /\u001b\[\?([\d;]+)([hl])/g

/** Watches which modes a program sets on a terminal that is not its own, so that they can be taken back. */
export class ScreenModes {
  readonly #changed = new Set<number>()
  #tail = ''

  watch(output: Uint8Array): void {
    const text = this.#tail + Buffer.from(output).toString('latin1')
    let behind = 0
    for (const match of text.matchAll(setModes)) {
      behind = match.index + match[0].length
      const value = match[2] === 'h' ? 'on' : 'off'
      for (const mode of (match[1] ?? '').split(';').map(Number)) {
        const usual = shellModes.get(mode)
        if (usual === undefined) continue
        if (usual === value) this.#changed.delete(mode)
        else this.#changed.add(mode)
      }
    }
    this.#tail = text.slice(behind).slice(-longestSequence)
  }

  /** What a terminal is sent when it is left: the modes, no colour, usual keys of the keypad. */
  restoring(): string {
    const modes = [...this.#changed].map((mode) => `\x1b[?${mode}${shellModes.get(mode) === 'on' ? 'h' : 'l'}`)
    return `${modes.join('')}\x1b[0m\x1b>`
  }
}
