import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import gatewayScript from '../../../../resources/sample/gateway.mjs?raw'
import workerScript from '../../../../resources/sample/worker.mjs?raw'

/** One process of the sample session: two pairs, of which the second depends on the first as well. */
export type SampleProcess = { readonly alias: string; readonly script: string; readonly parents: readonly string[] }

export const sampleState = { label: 'operative', when: "len(fp['listen']) > 0" } as const

export const sampleProcesses: readonly SampleProcess[] = [
  { alias: 'master.tws', script: 'gateway.mjs', parents: [] },
  { alias: 'master.trader', script: 'worker.mjs', parents: ['master.tws:operative'] },
  { alias: 'slave.tws', script: 'gateway.mjs', parents: [] },
  { alias: 'slave.trader', script: 'worker.mjs', parents: ['slave.tws:operative', 'master.trader'] },
]

const scripts = { 'gateway.mjs': gatewayScript, 'worker.mjs': workerScript }

/** Puts the programs of the sample into `bin/`; a file that is there stays. Throws the system's error. */
export function writeSampleScripts(root: string): void {
  for (const [name, text] of Object.entries(scripts)) {
    const path = join(root, 'bin', name)
    if (!existsSync(path)) writeFileSync(path, text, { flag: 'wx', mode: 0o644 })
  }
}
