import { type RefObject, useEffect, useRef, useState } from 'react'
import { mayBeRunning, programOf } from '../../../shared/domain/life.ts'
import type { Failure } from '../../../shared/domain/result.ts'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { useAppearance } from '../../data/appearance-store.ts'
import { useConnection } from '../../data/connection-store.ts'
import { daemon } from '../../data/daemon.ts'
import { copyText } from '../../ui/copy-text.ts'
import { useSystemTheme } from '../../ui/use-system-theme.ts'
import type { Screen } from './screen.ts'
import { TypedText } from './typed-text.ts'

/** Sizes come with every pixel of a pull; the program is told the one that stays. */
const resizeCalmMs = 60

export type ScreenState = {
  /** Why nothing new comes although the program runs; null while all is well. */
  readonly problem: Failure | null
  /** Something was shown, also of a run that is over. */
  readonly isShown: boolean
  /** Gives it the keyboard. */
  focus(): void
}

/** Keeps a terminal in `host` for as long as the component is there, connected to the program while that runs. */
export function useScreen(row: ProcessRow, host: RefObject<HTMLElement | null>, withReader: boolean): ScreenState {
  const screen = useMadeScreen(row, host)
  const [problem, setProblem] = useState<Failure | null>(null)
  const [isShown, setShown] = useState(false)
  const isConnected = useConnection(({ client }) => client.kind === 'connected')
  const isLive = isConnected && mayBeRunning(row.life)
  // A terminal comes with its run, but a little later.
  const hasBegun = programOf(row.life) !== null
  const { id, run } = row
  const shownRun = useRef<number | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the terminal of a run is there once its program is
  useEffect(() => {
    if (screen === null) return
    screen.setLive(isLive)
    if (!isLive) return
    const stop = new AbortController()
    setProblem(null)
    if (shownRun.current !== run) screen.begin()
    shownRun.current = run
    // After a break all is shown again; until then the last picture stays.
    let isFirst = true
    const show = (part: Uint8Array) => {
      if (isFirst) screen.begin()
      isFirst = false
      setShown(true)
      return screen.show(part)
    }
    void daemon()
      .bytes(
        'terminal.output',
        { target: { id }, ...screen.size },
        { signal: stop.signal, onPart: show, advance: (input) => input },
      )
      .then((ended) => {
        if (stop.signal.aborted) return
        screen.setLive(false)
        if (!ended.ok && ended.code !== 'disconnected') setProblem(ended)
      })
    return () => stop.abort()
  }, [screen, id, run, isLive, hasBegun])

  useEffect(() => screen?.setScreenReader(withReader), [screen, withReader])
  useTheme(screen)
  return { problem, isShown, focus: () => screen?.focus() }
}

/** The terminal, once its code is loaded. It stays while the process is the same. */
function useMadeScreen(row: ProcessRow, host: RefObject<HTMLElement | null>): Screen | null {
  const [screen, setScreen] = useState<Screen | null>(null)
  const label = useRef('')
  label.current = `Terminal of ${displayName(row)}`
  const { id } = row
  useEffect(() => {
    let isGone = false
    let made: Screen | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    const target = { id }
    const typed = new TypedText(async (data) => (await daemon().call('terminal.input', { target, data })).ok)
    void import('./screen.ts').then(({ Screen }) => {
      if (isGone || host.current === null) return
      made = new Screen(host.current, label.current, {
        onType: (text) => typed.add(text),
        onResize: (size) => {
          clearTimeout(timer)
          timer = setTimeout(() => void daemon().call('terminal.resize', { target, ...size }), resizeCalmMs)
        },
        onCopy: (text) => void copyText(text, 'Selection'),
      })
      setScreen(made)
    })
    return () => {
      isGone = true
      clearTimeout(timer)
      made?.close()
      setScreen(null)
    }
  }, [id, host])
  return screen
}

function useTheme(screen: Screen | null): void {
  const chosen = useAppearance((state) => state.theme)
  const system = useSystemTheme()
  const theme = chosen === 'system' ? system : chosen
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the document, which follows it
  useEffect(() => screen?.recolour(), [screen, theme])
}
