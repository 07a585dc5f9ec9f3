import { chmod, lstat, mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { type Places, placesOf } from './places.ts'
import { checkSocketFolder, prepareHome, prepareSocketFolder } from './private-folder.ts'

const placesIn = (home: string, socketFolder = home): Places => ({
  ...placesOf({
    environment: {},
    homeOption: home,
    currentFolder: '/',
    userFolder: '/',
    userId: 0,
    exists: () => false,
  }),
  socketFolder,
})

const modeOf = async (folder: string) => (await lstat(folder)).mode & 0o777

test('home and the folder of the socket are made for us alone', async () => {
  await using folder = await temporaryFolder()
  const places = placesIn(path.join(folder.path, 'a', 'home'), path.join(folder.path, 'run'))
  expect(prepareHome(places)).toMatchObject({ ok: true })
  expect(prepareSocketFolder(places)).toMatchObject({ ok: true })
  expect(await modeOf(places.home)).toBe(0o700)
  expect(await modeOf(places.socketFolder)).toBe(0o700)
  expect(prepareSocketFolder(places)).toMatchObject({ ok: true })
})

test('a folder that others can use is refused', async () => {
  await using folder = await temporaryFolder()
  const places = placesIn(folder.path, path.join(folder.path, 'run'))
  await mkdir(places.socketFolder)
  await chmod(places.socketFolder, 0o755)
  expect(checkSocketFolder(places)).toMatchObject({ ok: false, code: 'not_permitted' })
  await chmod(places.socketFolder, 0o700)
  expect(checkSocketFolder(places)).toMatchObject({ ok: true })
})

test('a chosen home may be readable and a link, but not writable by everybody', async () => {
  await using folder = await temporaryFolder()
  const real = path.join(folder.path, 'real')
  const link = path.join(folder.path, 'link')
  await mkdir(real)
  await symlink(real, link)
  await chmod(real, 0o775)
  expect(checkSocketFolder(placesIn(link))).toMatchObject({ ok: true })
  await chmod(real, 0o777)
  expect(checkSocketFolder(placesIn(link))).toMatchObject({ ok: false, code: 'not_permitted' })
})

test('a link in place of the folder with the guessable name is refused', async () => {
  await using folder = await temporaryFolder()
  const real = path.join(folder.path, 'real')
  await mkdir(real, { mode: 0o700 })
  const places = placesIn(folder.path, path.join(folder.path, 'link'))
  await symlink(real, places.socketFolder)
  expect(prepareSocketFolder(places)).toMatchObject({ ok: false, code: 'not_permitted' })
})

test('a folder that cannot be made names itself and the remedy', async () => {
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'file')
  await writeFile(file, '')
  expect(prepareHome(placesIn(path.join(file, 'home')))).toMatchObject({
    ok: false,
    code: 'not_permitted',
    message: expect.stringContaining(path.join(file, 'home')),
    hint: expect.stringContaining('--home'),
  })
})
