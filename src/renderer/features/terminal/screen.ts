import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import type { InputOf } from '../../../shared/contract/contract.ts'
import { terminalColours } from './palette.ts'
import { answerOnly } from './questions.ts'
import { allowTerminalStyles } from './strict-styles.ts'

/** What can be scrolled back: some ten screens more than a replay holds. Everything is in the log. */
const scrollback = 10_000

/** What is shown again of earlier output comes at once; questions after this are of now. */
const replayMs = 1000

export type ScreenEvents = {
  onType(text: string): void
  onResize(size: Size): void
  onCopy(text: string): void
}

type Size = Pick<InputOf<'terminal.resize'>, 'cols' | 'rows'>

/** One terminal on the screen. */
export class Screen {
  private readonly terminal: Terminal
  private readonly fitting = new FitAddon()
  private readonly observer: ResizeObserver
  private begunAt = 0

  /** `host` must be in the document and empty. */
  constructor(host: HTMLElement, label: string, events: ScreenEvents) {
    allowTerminalStyles()
    const style = getComputedStyle(host)
    this.terminal = new Terminal({
      cursorBlink: false,
      fontFamily: style.fontFamily,
      fontSize: Number.parseFloat(style.fontSize),
      // The pixel below the letters of the log.
      lineHeight: 1.2,
      minimumContrastRatio: 4.5,
      scrollback,
      theme: terminalColours(),
    })
    this.terminal.loadAddon(this.fitting)
    answerOnly(this.terminal, () => this.mayAnswer())
    this.terminal.attachCustomKeyEventHandler((event) => this.isForProgram(event, events))
    this.terminal.open(host)
    this.terminal.textarea?.setAttribute('aria-label', label)
    this.terminal.onData((text) => events.onType(text))
    // What it says has more in it than the daemon takes.
    this.terminal.onResize(({ cols, rows }) => events.onResize({ cols, rows }))
    this.fit()
    this.observer = new ResizeObserver(() => this.fit())
    this.observer.observe(host)
  }

  get size(): Size {
    return { cols: this.terminal.cols, rows: this.terminal.rows }
  }

  /** Empty, as for the first part of a stream. */
  begin(): void {
    this.terminal.reset()
    this.begunAt = performance.now()
  }

  /** Resolves when it is on the screen, so that a flood waits for it. */
  show(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.terminal.write(bytes, resolve))
  }

  /** Nothing is typed into a program that is not there. */
  setLive(isLive: boolean): void {
    this.terminal.options.disableStdin = !isLive
    this.terminal.options.cursorInactiveStyle = isLive ? 'outline' : 'none'
  }

  setScreenReader(isOn: boolean): void {
    this.terminal.options.screenReaderMode = isOn
  }

  /** Takes the colours of the theme that holds now. */
  recolour(): void {
    this.terminal.options.theme = terminalColours()
  }

  focus(): void {
    this.terminal.focus()
  }

  close(): void {
    this.observer.disconnect()
    this.terminal.dispose()
  }

  private fit(): void {
    this.fitting.fit()
  }

  private mayAnswer(): boolean {
    const hasKeyboard = document.activeElement === this.terminal.textarea
    return hasKeyboard && performance.now() - this.begunAt > replayMs
  }

  /** All keys belong to the program but those that copy, paste and leave. */
  private isForProgram(event: KeyboardEvent, events: ScreenEvents): boolean {
    if (event.type !== 'keydown') return true
    const isShifted = event.ctrlKey && event.shiftKey && !event.altKey
    if (isShifted && event.code === 'KeyC') {
      event.preventDefault()
      if (this.terminal.hasSelection()) events.onCopy(this.terminal.getSelection())
      return false
    }
    // The browser pastes, which needs no permission to read the clipboard.
    if (isShifted && event.code === 'KeyV') return false
    return !(event.code === 'F6' && (event.ctrlKey || event.metaKey))
  }
}
