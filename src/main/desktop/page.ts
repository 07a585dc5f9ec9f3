import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { protocol } from 'electron'
import { fileOf } from './page-file.ts'

// The window's page comes over a scheme of its own: unlike file:// it has an origin, headers, and no way to other files
// (https://www.electronjs.org/docs/latest/tutorial/security, item 18).

const scheme = 'procession'
export const pageAddress = `${scheme}://app/index.html`

/** Scripts, styles and fonts come from our own files only; nothing is fetched, framed or sent anywhere. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Must be called before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the files of the built renderer in `folder`. The app must be ready. */
export function servePage(folder: string): void {
  protocol.handle(scheme, async ({ url, method }) => {
    const file = method === 'GET' ? fileOf(url, folder) : null
    const content = file && (await readFile(file).catch(() => null))
    if (!file || !content) return new Response('Not found', { status: 404 })
    return new Response(content, {
      headers: {
        'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      },
    })
  })
}
