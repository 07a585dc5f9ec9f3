import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../test/helpers/temporary-folder.ts'
import { until } from '../../../../test/helpers/until.ts'
import { HolePuncher } from './punch.ts'

async function withFile(use: (file: string, handle: FileHandle, folder: string) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, "a log's $(name)\nand more")
  writeFileSync(file, Buffer.alloc(100_000, 'x'))
  const handle = await open(file, 'r+')
  try {
    await use(file, handle, folder.path)
  } finally {
    await handle.close()
  }
}

/** A program that writes down its arguments and ends with `status`. */
function fake(folder: string, status: string): { readonly command: string; readonly calls: () => string[] } {
  const command = path.join(folder, 'fake')
  const list = path.join(folder, 'calls')
  writeFileSync(command, `#!/bin/sh\nprintf '%s\\n' "$*" >> ${list}\n${status}\n`)
  chmodSync(command, 0o755)
  return { command, calls: () => (existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : []) }
}

test('tries a file system once, where it changes nothing', () =>
  withFile(async (file, handle, folder) => {
    const { command, calls } = fake(folder, 'exit 0')
    const puncher = new HolePuncher(command)
    const { dev } = statSync(file)
    expect(await Promise.all([puncher.canFree(handle, dev), puncher.canFree(handle, dev)])).toEqual([true, true])
    expect(calls()).toEqual([`-n -p -o ${100_000 + 2 ** 40} -l 4096 /proc/${process.pid}/fd/${handle.fd}`])
    expect(puncher.isUnable(dev)).toBe(false)
    puncher.close()
  }))

test('frees the start of a file whatever its name is', async ({ skip }) => {
  await withFile(async (file, handle) => {
    const puncher = new HolePuncher()
    const able = await puncher.canFree(handle, statSync(file).dev)
    const freed = able && (await puncher.freeStart(handle, 65_536))
    puncher.close()
    if (!able) skip('nothing can be freed in the folder for temporary files')
    expect(freed).toBe(true)
    const bytes = readFileSync(file)
    expect(bytes.length).toBe(100_000)
    expect(bytes.subarray(0, 65_536).every((byte) => byte === 0)).toBe(true)
    expect(bytes.subarray(65_536).every((byte) => byte === 120)).toBe(true)
  })
})

test.each(['exit 1', 'kill -9 $$', 'exit 127'])('a program that ends with `%s` cannot', (status) =>
  withFile(async (file, handle, folder) => {
    const puncher = new HolePuncher(fake(folder, status).command)
    const { dev } = statSync(file)
    expect(await puncher.canFree(handle, dev)).toBe(false)
    expect(puncher.isUnable(dev)).toBe(true)
    expect(await puncher.freeStart(handle, 4096)).toBe(false)
    puncher.close()
  }),
)

test('goes on with another helper when its own was killed', () =>
  withFile(async (_, handle, folder) => {
    const { command, calls } = fake(folder, 'test -e "$0.once" || { : > "$0.once"; kill -9 "$PPID"; }')
    const puncher = new HolePuncher(command)
    expect(await puncher.freeStart(handle, 4096)).toBe(false)
    expect(await puncher.freeStart(handle, 8192)).toBe(true)
    await until(() => calls().length === 2, { what: 'both calls' })
    puncher.close()
  }))
