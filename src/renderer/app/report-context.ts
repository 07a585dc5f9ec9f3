import { useEffect } from 'react'
import type { CommandContext } from '../../shared/commands/commands.ts'
import { commandContext } from '../data/commands.ts'
import { useConnection } from '../data/connection-store.ts'
import { desktopLink } from '../data/desktop-link.ts'
import { useRows } from '../data/rows-store.ts'
import { useSelection } from '../data/selection-store.ts'

// The application menu follows within a blink; thousands of rows may change in between.
const reportMs = 150

/** What the menu is enabled by: kinds of life are enough, the rest of a row would only be traffic. */
const essence = (context: CommandContext): string =>
  JSON.stringify([context.focus, context.connected, context.session, context.selected.map(({ life }) => life.kind)])

/** Tells Electron main what the application menu may offer. */
export function useReportContext(): void {
  useEffect(() => {
    if (!desktopLink()) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let told = ''
    const report = () => {
      timer = undefined
      const context = commandContext()
      const now = essence(context)
      if (now === told) return
      told = now
      desktopLink()?.post({ kind: 'context', context })
    }
    const soon = () => {
      timer ??= setTimeout(report, reportMs)
    }
    const stops = [useSelection.subscribe(soon), useRows.subscribe(soon), useConnection.subscribe(soon)]
    document.addEventListener('focusin', soon)
    soon()
    return () => {
      for (const stop of stops) stop()
      document.removeEventListener('focusin', soon)
      clearTimeout(timer)
    }
  }, [])
}
