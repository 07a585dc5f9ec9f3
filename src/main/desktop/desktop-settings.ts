import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type ThemeChoice, themeChoices } from '../../shared/commands/commands.ts'
import type { Area } from './window-place.ts'

/** What the desktop remembers for itself; everything else belongs to the daemon or to the page. */
export type DesktopSettings = { readonly window: Area | null; readonly maximised: boolean; readonly theme: ThemeChoice }

const usual: DesktopSettings = { window: null, maximised: false, theme: 'system' }

/** The settings in `file`; whatever is missing or damaged there is as usual. */
export function readSettings(file: string): DesktopSettings {
  try {
    const stored: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!isRecord(stored)) return usual
    return {
      window: isArea(stored.window) ? stored.window : null,
      maximised: stored.maximised === true,
      theme: themeChoices.find((choice) => choice === stored.theme) ?? 'system',
    }
  } catch {
    return usual
  }
}

/** Replaces `file`. Where that fails the next start is as usual, which is not worth a word. */
export function writeSettings(file: string, settings: DesktopSettings): void {
  try {
    const next = `${file}.next`
    writeFileSync(next, JSON.stringify(settings))
    renameSync(next, file)
  } catch {}
}

const isArea = (value: unknown): value is Area =>
  isRecord(value) && [value.x, value.y, value.width, value.height].every(Number.isSafeInteger)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
