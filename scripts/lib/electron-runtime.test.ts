import { mkdir, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { downloadFailedLately } from './electron-download.mjs'
import { resolveElectronRuntime } from './electron-runtime.mjs'
import { canUseTestRuntime, testRuntimeFolder } from './test-runtime.mjs'

async function put(file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, '')
}

describe('resolveElectronRuntime', () => {
  test('takes the Electron that the person names before any other', async () => {
    await using folder = await temporaryFolder()
    const own = path.join(folder.path, 'own')
    await put(path.join(own, 'electron'))
    await put(path.join(folder.path, 'node_modules', 'electron', 'dist', 'electron'))
    const runtime = await resolveElectronRuntime(folder.path, { ELECTRON_OVERRIDE_DIST_PATH: own })
    expect(runtime).toEqual({ folder: own, binary: path.join(own, 'electron'), source: 'override' })
  })

  test('refuses a named folder without an Electron, instead of taking another one', async () => {
    await using folder = await temporaryFolder()
    await expect(resolveElectronRuntime(folder.path, { ELECTRON_OVERRIDE_DIST_PATH: folder.path })).rejects.toThrow(
      `${folder.path}/electron does not exist`,
    )
  })

  test('takes an installed one', async () => {
    await using folder = await temporaryFolder()
    const electron = path.join(folder.path, 'node_modules', 'electron')
    await put(path.join(electron, 'dist', 'electron'))
    await put(path.join(electron, 'path.txt'))
    expect(await resolveElectronRuntime(folder.path, {})).toMatchObject({ source: 'installed' })
  })

  test('takes the cached test runtime without trying a download that failed today', async ({ skip }) => {
    skip(!canUseTestRuntime(), 'the test runtime is for Linux x64')
    await using folder = await temporaryFolder()
    const cache = path.join(folder.path, 'electron')
    await put(path.join(cache, 'download-failed'))
    await put(path.join(testRuntimeFolder(cache), 'electron'))
    const runtime = await resolveElectronRuntime(folder.path, { PROCESSION_CACHE: folder.path })
    expect(runtime).toMatchObject({ folder: testRuntimeFolder(cache), source: 'test runtime' })
  })
})

test('a failed download is remembered for a day', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'download-failed')
  expect(downloadFailedLately(folder.path)).toBe(false)
  await put(file)
  const hour = 60 * 60_000
  await utimes(file, new Date(0), new Date(0))
  expect(downloadFailedLately(folder.path, 23 * hour)).toBe(true)
  expect(downloadFailedLately(folder.path, 25 * hour)).toBe(false)
})
