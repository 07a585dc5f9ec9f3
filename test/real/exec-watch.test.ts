import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { watchRecords } from '../../src/main/daemon/adapters/exec/watch.ts'
import { ExecLab } from '../helpers/exec-lab.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

/** A watch of `directory` that remembers what it was told. */
function watched(directory: string) {
  const names = new Set<string>()
  const watch = watchRecords(directory, (name) => names.add(name))
  return {
    names,
    /** Waits until a write to the file is reported. */
    sees: (name: string) => until(() => names.has(name), { what: `${name} to be reported` }),
    [Symbol.dispose]: () => watch.close(),
  }
}

test('every write to a record is reported by its name', async () => {
  await using folder = await temporaryFolder()
  using watch = watched(folder.path)
  const path = join(folder.path, 'first.1')
  writeFileSync(path, 'S\n')
  await watch.sees('first.1')
  watch.names.clear()
  appendFileSync(path, 'E\n')
  await watch.sees('first.1')
  expect([...watch.names]).toEqual(['first.1'])
})

test('the end of a run is seen without asking', async () => {
  await using lab = await ExecLab.create()
  using watch = watched(join(lab.folder, 'records'))
  const run = await lab.startScript('read line </dev/null; exec sleep 1000')
  const name = run.files.record.slice(join(lab.folder, 'records').length + 1)
  await watch.sees(name)
  watch.names.clear()
  await lab.host.killTree(run.target)
  await watch.sees(name)
})

test('a folder that is replaced is watched again, with all that it holds', async () => {
  await using folder = await temporaryFolder()
  const records = join(folder.path, 'records')
  mkdirSync(records)
  using watch = watched(records)

  rmSync(records, { recursive: true })
  mkdirSync(records)
  writeFileSync(join(records, 'after-removal'), '')
  await watch.sees('after-removal')

  renameSync(records, `${records}.old`)
  mkdirSync(records)
  writeFileSync(join(records, 'after-move'), '')
  await watch.sees('after-move')

  writeFileSync(join(records, 'later'), '')
  await watch.sees('later')
})

test('a folder that comes later is found', async () => {
  await using folder = await temporaryFolder()
  const records = join(folder.path, 'records')
  using watch = watched(records)
  mkdirSync(records)
  writeFileSync(join(records, 'first'), '')
  await watch.sees('first')
})

test('a closed watch says nothing', async () => {
  await using folder = await temporaryFolder()
  const closed = watched(folder.path)
  closed[Symbol.dispose]()
  using open = watched(folder.path)
  writeFileSync(join(folder.path, 'record'), '')
  await open.sees('record')
  expect(closed.names.size).toBe(0)
})
