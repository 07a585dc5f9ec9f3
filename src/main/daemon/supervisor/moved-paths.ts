import type { Fingerprint } from '../../../shared/domain/fingerprint.ts'
import type { MatchRule } from '../../../shared/domain/match-rule.ts'
import type { Readiness } from '../../../shared/domain/readiness.ts'

/** Where a workspace was, and where it is: absolute paths. */
export type Roots = { readonly from: string; readonly to: string }

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** What stands before a path within a word (`--config=/a`, `/a:/b`) or a line of a shell, and after it. */
const before = String.raw`(?<=^|[=:,;?&#()<>|"'\s])`
const after = String.raw`(?=$|[/=:,;?&#()<>|"'\s])`

/** Every path in or below the old root, in or below the new one; all other text as it is. */
export const movedText = (text: string, { from, to }: Roots): string =>
  text.replace(new RegExp(`${before}${escaped(from)}${after}`, 'g'), () => to)

/** A path alone. */
export const movedPath = (path: string, { from, to }: Roots): string =>
  path === from || path.startsWith(`${from}/`) ? to + path.slice(from.length) : path

/** In a URI the program stands after its host, and anything may be percent-encoded, as what is put in always is. */
export function movedUri(uri: string, { from, to }: Roots): string {
  const bySegment = (path: string) => path.split('/').map(encodeURIComponent).join('/')
  const written = `(?:${escaped(from)}|${escaped(bySegment(from))})`
  const host = '(?<=^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)'
  // Looking ahead first keeps a long text from being looked back through at each of its letters.
  const paths = new RegExp(`(?=${written})(?:${host}|${before})${written}${after}`, 'g')
  const values = new RegExp(`${before}${escaped(encodeURIComponent(from))}(?=$|%2F|[&#])`, 'g')
  return uri.replace(paths, () => bySegment(to)).replace(values, () => encodeURIComponent(to))
}

export const movedEnv = (env: Readonly<Record<string, string>>, roots: Roots): Record<string, string> =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, movedText(value, roots)]))

export function movedReady(ready: Readiness | null, roots: Roots): Readiness | null {
  if (ready?.check.kind !== 'command') return ready
  return { ...ready, check: { ...ready.check, argv: ready.check.argv.map((element) => movedText(element, roots)) } }
}

export function movedMatch(match: MatchRule | null, roots: Roots): MatchRule | null {
  if (match === null) return null
  const { exe, cwd, argv_prefix: prefix } = match
  return {
    ...match,
    ...(exe === undefined ? {} : { exe: movedPath(exe, roots) }),
    ...(prefix === undefined ? {} : { argv_prefix: prefix.map((element) => movedText(element, roots)) }),
    ...(cwd === undefined ? {} : { cwd: movedPath(cwd, roots) }),
  }
}

/** A saved state must not look different because its files have moved. */
export const movedFingerprint = (fingerprint: Fingerprint, roots: Roots): Fingerprint => ({
  ...fingerprint,
  cmdline: fingerprint.cmdline.map((element) => movedText(element, roots)),
  files: fingerprint.files?.map((path) => movedPath(path, roots)) ?? null,
})
