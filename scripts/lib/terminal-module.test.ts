import { cpSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { expect, test } from 'vitest'
import { requireParts } from '../../test/helpers/real-parts.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { cloneRoot } from './place.mjs'
import { ensureTerminalModule, terminalModulePath } from './terminal-module.mjs'

/** A clone in which only what the module is made from is installed. */
function cloneIn(root: string): void {
  const nodePty = (place: string, ...parts: string[]) => path.join(place, 'node_modules', 'node-pty', ...parts)
  mkdirSync(nodePty(root, 'node_modules'), { recursive: true })
  writeFileSync(path.join(root, 'package.json'), '{}')
  for (const part of ['package.json', 'src', path.join('node_modules', 'node-addon-api')]) {
    cpSync(nodePty(cloneRoot, part), nodePty(root, part), { recursive: true })
  }
  const headers = path.join('node_modules', 'node-api-headers')
  symlinkSync(path.join(cloneRoot, headers), path.join(root, headers))
}

test('the module is compiled once, and can be loaded', async (context) => {
  requireParts(context, 'terminals')
  await using folder = await temporaryFolder()
  cloneIn(folder.path)
  expect(await ensureTerminalModule(folder.path)).toBe(true)
  const made = statSync(terminalModulePath(folder.path))
  const loaded: unknown = createRequire(import.meta.url)(terminalModulePath(folder.path))
  expect(loaded).toMatchObject({ open: expect.any(Function), resize: expect.any(Function) })
  expect(await ensureTerminalModule(folder.path)).toBe(true)
  expect(statSync(terminalModulePath(folder.path)).ino).toBe(made.ino)
})

test('a compiler that fails leaves a clone without terminals', async () => {
  await using folder = await temporaryFolder()
  cloneIn(folder.path)
  expect(await ensureTerminalModule(folder.path, { CXX: '/bin/false' })).toBe(false)
  expect(await ensureTerminalModule(folder.path, { CXX: '/no/compiler' })).toBe(false)
  expect(existsSync(terminalModulePath(folder.path))).toBe(false)
})

test('before the dependencies are installed nothing is done', async () => {
  await using folder = await temporaryFolder()
  expect(await ensureTerminalModule(folder.path)).toBe(false)
})
