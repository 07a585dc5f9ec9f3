import type { IFunctionIdentifier, Terminal } from '@xterm/xterm'

/** What programs ask a terminal: its kind, its state, where the cursor is (ctlseqs of xterm: DA, DSR, DECRQM, XTVERSION). */
const sequences: readonly IFunctionIdentifier[] = [
  { final: 'c' },
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { final: 'n' },
  { prefix: '?', final: 'n' },
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
  { prefix: '>', final: 'q' },
]
/** DECRQSS. */
const deviceRequest: IFunctionIdentifier = { intermediates: '$', final: 'q' }
/** Colours: of the palette, the text, the background and the cursor. */
const colourCommands = [4, 10, 11, 12]

/**
 * Leaves questions of programs unanswered unless `mayAnswer`. An answer is typed into the program: to a question that is
 * only shown once more, or that another window answers as well, it would be rubbish on its command line.
 */
export function answerOnly(terminal: Terminal, mayAnswer: () => boolean): void {
  const isLeft = () => !mayAnswer()
  for (const sequence of sequences) terminal.parser.registerCsiHandler(sequence, isLeft)
  terminal.parser.registerDcsHandler(deviceRequest, isLeft)
  for (const command of colourCommands) {
    terminal.parser.registerOscHandler(command, (data) => data.includes('?') && isLeft())
  }
}
