const escapeCharacter = String.fromCharCode(0x1b)
const introducer = `${escapeCharacter}[?`

/**
 * `ESC [ ? NUMBERS h` switches modes of the terminal on, `l` off (DECSET and DECRST of VT220 and xterm); `ESC c` makes it
 * as it was at first (RIS).
 */
const sequence = new RegExp(`${escapeCharacter}(?:\\[\\?([0-9;]{1,64})([hl])|c)`, 'g')

/** The longest sequence that may be split between two reads. */
const longestSequence = 68

/** The screen of full-screen programs, which has no history. */
const alternateScreens = ['47', '1047', '1049']

export type ModeChanges = {
  /** Each mode that was switched, by its number, to what it was switched first and last. */
  readonly first: ReadonlyMap<string, boolean>
  readonly last: ReadonlyMap<string, boolean>
  /** What was switched before is forgotten. */
  readonly isReset: boolean
}

/** What a piece of output switches. */
function modeChangesIn(bytes: Buffer): ModeChanges {
  const first = new Map<string, boolean>()
  const last = new Map<string, boolean>()
  let isReset = false
  if (!bytes.includes(escapeCharacter)) return { first, last, isReset }
  for (const [, numbers, end] of bytes.toString('latin1').matchAll(sequence)) {
    if (numbers === undefined) {
      isReset = true
      last.clear()
    }
    for (const mode of numbers?.split(';') ?? []) {
      if (!first.has(mode) && !isReset) first.set(mode, end === 'h')
      last.set(mode, end === 'h')
    }
  }
  return { first, last, isReset }
}

/** Follows the output of a terminal, to know what is switched on now. */
export class PrivateModes {
  readonly now = new Map<string, boolean>()
  /** The end of the last piece, where a sequence may have begun. */
  private rest: Buffer = Buffer.alloc(0)

  take(bytes: Buffer): void {
    const text = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes])
    const { last, isReset } = modeChangesIn(text)
    if (isReset) this.now.clear()
    for (const [mode, isOn] of last) this.now.set(mode, isOn)
    const begin = text.lastIndexOf(escapeCharacter)
    const isWhole = begin < 0 || text.length - begin >= longestSequence || isComplete(text.subarray(begin))
    this.rest = isWhole ? Buffer.alloc(0) : Buffer.from(text.subarray(begin))
  }

  /** A full-screen program is shown, which draws itself anew when the size changes. */
  get isFullScreen(): boolean {
    return alternateScreens.some((mode) => this.now.get(mode) === true)
  }
}

/** Whether no sequence of ours can begin with this escape any more. */
const isComplete = (bytes: Buffer): boolean => !/^(?:\[(?:\?[0-9;]*)?)?$/.test(bytes.toString('latin1', 1))

/** What must be switched before a piece of output is shown on a new screen, so that it ends in the modes of `now`. */
export function modesBefore(bytes: Buffer, now: ReadonlyMap<string, boolean>): string {
  const { first, isReset } = modeChangesIn(bytes)
  const before = [...first].filter(([, isOn]) => !isOn).map(([mode]) => `${introducer}${mode}h`)
  const unchanged = isReset ? [] : [...now].filter(([mode]) => !first.has(mode))
  return [...before, ...unchanged.map(([mode, isOn]) => `${introducer}${mode}${isOn ? 'h' : 'l'}`)].join('')
}
