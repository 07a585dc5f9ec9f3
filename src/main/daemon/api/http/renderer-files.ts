import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

export type RendererFile = {
  readonly body: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly immutable: boolean
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/**
 * A file of the built renderer by the path of its URL, or null. Only plain names directly in the folder or in its
 * `assets` are looked at, so no path can lead out of it. Files in `assets` carry a hash in their name.
 */
export async function readRendererFile(folder: string, path: string): Promise<RendererFile | null> {
  const [, assets, name] = /^\/(assets\/)?([A-Za-z0-9_-][A-Za-z0-9_.-]*)$/.exec(path) ?? []
  const type = types[extname(name ?? '')]
  if (name === undefined || type === undefined) return null
  try {
    const body = await readFile(join(folder, assets ?? '', name))
    return { body: new Uint8Array(body), type, immutable: assets !== undefined }
  } catch {
    return null
  }
}
