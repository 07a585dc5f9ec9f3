import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'electron-vite'
import { expect, test } from 'vitest'
import { expectValue, LogCollector, LogLab } from '../../../../test/helpers/log-lab.ts'
import { temporaryFolder } from '../../../../test/helpers/temporary-folder.ts'

test('searches find their workers in the built form as well', { timeout: 60_000 }, async () => {
  await using folder = await temporaryFolder()
  const input = { index: path.join(import.meta.dirname, 'index.ts') }
  const config = { main: { build: { outDir: folder.path, emptyOutDir: false, rolldownOptions: { input } } } }
  const configFile = path.join(folder.path, 'electron.vite.config.mjs')
  writeFileSync(configFile, `export default ${JSON.stringify(config)}`)
  await build({ configFile, logLevel: 'silent' })
  writeFileSync(path.join(folder.path, 'package.json'), '{"type":"module"}')
  await using lab = await LogLab.create()
  writeFileSync(lab.paths.outPath, 'one\ntwo\n')
  const built: typeof import('./index.ts') = await import(/* @vite-ignore */ path.join(folder.path, 'index.js'))
  const service = built.createLogService({ now: Date.now })
  const request = { streams: 'out', query: 'tw', regex: false, caseSensitive: true } as const
  const found = expectValue(await service.find(lab.paths, request, new AbortController().signal))
  expect(found).toEqual({ total: 1, hits: [{ stream: 'out', offset: 4, length: 3 }] })
  const everywhere = { from: null, to: null, since: null, until: null }
  const grepped = new LogCollector((signal) => service.grep([lab.paths], { ...request, ...everywhere }, signal))
  await grepped.done
  expect(grepped.lines).toEqual(['two'])
  service.close()
})
