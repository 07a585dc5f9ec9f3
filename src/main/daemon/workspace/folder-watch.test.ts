import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fileTree } from '../../../../test/helpers/file-tree.ts'
import { until } from '../../../../test/helpers/until.ts'
import { versionOf, watchFolder } from './folder-watch.ts'

function watched(folder: string) {
  const looks: number[] = []
  const watch = watchFolder(folder, () => looks.push(performance.now()))
  onTestFinished(() => watch.close())
  return looks
}

test('looks not for each change of a burst, and again after a rename', async () => {
  const folder = fileTree()
  const looks = watched(folder)
  for (let index = 0; index < 20; index++) writeFileSync(join(folder, `${index}`), 'x')
  await until(() => looks.length > 0, { what: 'a look' })
  expect(looks.length).toBeLessThan(20)
  const before = looks.length
  renameSync(join(folder, '1'), join(folder, '2'))
  await until(() => looks.length > before, { what: 'a second look' })
})

test('goes on with a folder that takes the place of the first, and one that comes later', async () => {
  const root = fileTree()
  const folder = join(root, 'etc')
  const looks = watched(folder)
  mkdirSync(folder)
  await until(() => looks.length > 0, { what: 'a look by the net', timeoutMs: 15_000 })
  rmSync(folder, { recursive: true })
  await until(() => looks.length > 1, { what: 'a look after the end' })
  mkdirSync(folder)
  const before = looks.length
  await until(() => looks.length > before, { what: 'a look by the net', timeoutMs: 15_000 })
}, 40_000)

test('a version changes with a write and a replacement, and is that of a link itself', () => {
  const folder = fileTree({ a: 'one', b: 'one' })
  const a = join(folder, 'a')
  const versions = [versionOf(a)]
  writeFileSync(a, 'two!')
  versions.push(versionOf(a))
  renameSync(join(folder, 'b'), a)
  versions.push(versionOf(a))
  rmSync(a)
  versions.push(versionOf(a))
  symlinkSync('/dev/null', a)
  versions.push(versionOf(a))
  expect(new Set(versions).size).toBe(5)
  expect(versions[3]).toBe('')
  expect(versionOf(join(a, 'below'))).toBe('')
})
