import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { checkConfig, maxConfigBytes, readConfig } from './read-config.ts'

async function read(content: string | Buffer) {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'config.yaml')
  writeFileSync(path, content)
  return readConfig(path)
}

test('reads a file', async () => {
  expect(await read('handlers: {ib: [/opt/x]}\n')).toEqual({ ok: true, value: { handlers: { ib: ['/opt/x'] } } })
})

test('a byte order mark is no problem', async () => {
  expect(await read('\uFEFFui: {theme: dark}\n')).toMatchObject({ ok: true, value: { ui: { theme: 'dark' } } })
})

test('names file and line of every problem', async () => {
  expect(await read('ui: {}\nhandler: {}\ntokens: 1\n')).toMatchObject({
    ok: false,
    code: 'bad_input',
    message: expect.stringMatching(
      /^config\.yaml line 2: unknown key "handler".*\nconfig\.yaml line 3: tokens: must be a list$/,
    ),
  })
})

test('bytes that are not UTF-8 are named by their line', async () => {
  const bytes = Buffer.concat([Buffer.from('ui: {}\n# é\n# '), Buffer.from([0xe9]), Buffer.from('\nhttp: {}\n')])
  expect(await read(bytes)).toMatchObject({ message: 'config.yaml line 3: is not UTF-8: save it in that encoding' })
  expect(await read(Buffer.from([0xff, 0xfe, 0x75, 0]))).toMatchObject({ ok: false })
})

test('has a limit', async () => {
  expect((await read('#'.repeat(maxConfigBytes))).ok).toBe(true)
  expect(await read('#'.repeat(maxConfigBytes + 1))).toMatchObject({ message: 'config.yaml is larger than 1 MiB' })
})

test('without a file, or a folder for it, the defaults hold', async () => {
  await using folder = await temporaryFolder()
  const missing = { ok: true, config: { handlers: {} }, exists: false }
  expect(checkConfig(join(folder.path, 'config.yaml'))).toEqual(missing)
  expect(checkConfig(join(folder.path, 'none', 'config.yaml'))).toEqual(missing)
})

test('follows a link; a folder or a device is refused at once', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'config.yaml')
  symlinkSync('elsewhere.yaml', path)
  writeFileSync(join(folder.path, 'elsewhere.yaml'), 'ui: {}\n')
  expect(checkConfig(path)).toMatchObject({ ok: true, exists: true })
  mkdirSync(join(folder.path, 'folder'))
  expect(readConfig(join(folder.path, 'folder'))).toMatchObject({ message: 'folder is not a file' })
  expect(readConfig('/dev/zero')).toMatchObject({ message: 'zero is not a file' })
})
