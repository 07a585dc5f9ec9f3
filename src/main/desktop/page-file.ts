import path from 'node:path'

/** The file in `folder` that an address names; null when it names none in it. */
export function fileOf(address: string, folder: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(new URL(address).pathname)
  } catch {
    return null
  }
  const file = path.join(folder, decoded)
  return file.startsWith(`${folder}${path.sep}`) && !decoded.includes('\0') ? file : null
}
