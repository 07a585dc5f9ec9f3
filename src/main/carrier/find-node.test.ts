import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { findNode } from './find-node.ts'

async function makeProgram(...parts: readonly string[]): Promise<string> {
  const file = path.join(...parts)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, '', { mode: 0o755 })
  return file
}

test('PROCESSION_NODE comes first, and must be a program', async () => {
  await using folder = await temporaryFolder()
  await makeProgram(folder.path, 'node_modules/node/bin/node')
  const chosen = await makeProgram(folder.path, 'chosen')
  expect(findNode(folder.path, { PROCESSION_NODE: chosen })).toEqual({ ok: true, value: chosen })
  const missing = path.join(folder.path, 'missing')
  expect(findNode(folder.path, { PROCESSION_NODE: missing })).toMatchObject({
    ok: false,
    code: 'unreachable',
    message: expect.stringContaining(missing),
  })
})

test('then the one of the clone, then the one of the package', async () => {
  await using folder = await temporaryFolder()
  const root = path.join(folder.path, 'resources', 'app')
  expect(findNode(root, {})).toMatchObject({ ok: false, code: 'unreachable', message: expect.stringContaining(root) })
  const packaged = await makeProgram(folder.path, 'resources/node/bin/node')
  expect(findNode(root, {})).toEqual({ ok: true, value: packaged })
  const cloned = await makeProgram(root, 'node_modules/node/bin/node')
  expect(findNode(root, {})).toEqual({ ok: true, value: cloned })
})
