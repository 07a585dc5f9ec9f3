import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

// The example of gutools Session, its programs replaced by stand-ins.

/** Where the programs of the story lie, and the configuration that names the handler of `ib://`. */
export type StoryPlaces = { readonly folder: string; readonly config: string }

/** Listens two seconds after its start, and writes the moment down. */
const gateway = `#!/usr/bin/env node
setTimeout(() => {
  require('node:net').createServer().listen(0, '127.0.0.1', () => console.log('listening', Date.now()))
}, 2000)
`

/** Writes the programs and the configuration. Answers the path of the gateway. */
export function writeStoryPrograms({ folder, config }: StoryPlaces): string {
  const tws = path.join(folder, 'tws')
  const atlas = path.join(folder, 'atlas')
  writeFileSync(tws, gateway)
  writeFileSync(atlas, '#!/bin/sh\necho "$@"\nexec sleep 1000\n')
  for (const program of [tws, atlas]) chmodSync(program, 0o755)
  mkdirSync(path.dirname(config), { recursive: true })
  writeFileSync(config, `handlers:\n  ib: ["${atlas}", "{path}", "{query}"]\n`)
  return tws
}

/** The commands of the example up to `dependence add`, as their arguments. */
export const storyCommands = (tws: string): readonly (readonly string[])[] => [
  ['session', 'init'],
  // biome-ignore format: one command, one line, as it is written
  ['session', 'start', '--uri', `exec://localhost${tws}?username=myuser&password=mypassword`, '--alias', 'master.tws', '--restart', '1', '--shutdown', '1'],
  ['session', 'wait', '--alias', 'master.tws', '--condition', "len(fp['listen'])>0", '--timeout', '60'],
  ['session', 'attach', '--alias', 'master.tws', '--state', 'operative'],
  // biome-ignore format: one command, one line, as it is written
  ['session', 'start', '--uri', 'ib://localhost/sync?uid=master&account=0&tws=master.tws', '--alias', 'master.trader', '--restart', '1', '--shutdown', '1'],
  ['session', 'dependence', 'add', '--parent', 'master.tws:operative', '--child', 'master.trader'],
]

/** When the gateway said that it listens, in its latest run; milliseconds since 1970. */
export function listeningSince(output: string): number {
  const moment = output
    .match(/listening \d+/g)
    ?.at(-1)
    ?.slice('listening '.length)
  if (moment === undefined) throw new Error(`The gateway does not listen yet: ${output}`)
  return Number(moment)
}
