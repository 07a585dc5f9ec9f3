import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { readSettings, writeSettings } from './desktop-settings.ts'

const usual = { window: null, maximised: false, theme: 'system' }

test('settings come back as they were written', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'desktop.json')
  const settings = { window: { x: 1, y: -2, width: 900, height: 600 }, maximised: true, theme: 'dark' } as const
  expect(readSettings(file)).toEqual(usual)
  writeSettings(file, settings)
  expect(readSettings(file)).toEqual(settings)
})

test.each(['', '{', 'null', '[]', '{"window":{"x":"1"},"theme":"pink","maximised":1}'])(
  'a damaged file is as usual: %s',
  async (text) => {
    await using folder = await temporaryFolder()
    const file = path.join(folder.path, 'desktop.json')
    await writeFile(file, text)
    expect(readSettings(file)).toEqual(usual)
  },
)

test('a file that cannot be written does no harm', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'desktop.json')
  await mkdir(file)
  writeSettings(file, { window: null, maximised: false, theme: 'light' })
  expect(readSettings(file)).toEqual(usual)
})
