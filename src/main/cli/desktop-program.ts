import { existsSync } from 'node:fs'
import path from 'node:path'

/** Whether windows can be shown (X11 or Wayland; other systems always have a display). */
export const hasDisplay = (environment: Readonly<NodeJS.ProcessEnv>): boolean =>
  process.platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY)

/**
 * What opens the desktop app: in a clone the script behind `npm start`, in a package the app that holds this program as
 * `resources/app`. Null where neither is there.
 */
export function desktopProgram(
  programRoot: string,
): { readonly command: string; readonly args: readonly string[] } | null {
  const script = path.join(programRoot, 'scripts', 'start.mjs')
  if (existsSync(script)) return { command: process.execPath, args: [script] }
  const packaged = path.join(programRoot, '..', '..', 'procession')
  return existsSync(packaged) ? { command: packaged, args: [] } : null
}
