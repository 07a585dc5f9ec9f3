import type { ITheme } from '@xterm/xterm'
import { tokenColour } from '../../ui/token-colour.ts'

const named = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const

/** The colours of the theme in force, as the log has them. */
export function terminalColours(): ITheme {
  const ansi = named.map((name, index) => [name, tokenColour(`--ansi-${index}`)])
  return {
    ...Object.fromEntries(ansi),
    background: tokenColour('--surface-page'),
    foreground: tokenColour('--text-default'),
    cursor: tokenColour('--text-strong'),
    cursorAccent: tokenColour('--surface-page'),
    selectionBackground: tokenColour('--find-hit'),
    selectionForeground: tokenColour('--text-strong'),
    scrollbarSliderBackground: tokenColour('--data-track'),
    scrollbarSliderHoverBackground: tokenColour('--control-border'),
    scrollbarSliderActiveBackground: tokenColour('--control-border'),
  }
}
