import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
}

/** Makes an empty folder in `parent`, which `await using` removes with all that is in it. */
export async function temporaryFolder(parent = os.tmpdir()): Promise<TemporaryFolder> {
  const folder = await mkdtemp(path.join(parent, 'procession-'))
  return {
    path: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 10 }),
  }
}
