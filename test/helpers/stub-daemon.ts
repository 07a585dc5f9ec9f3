import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { type DaemonLaunch, daemonEnvironment } from '../../src/main/carrier/daemon-process.ts'
import { currentPlaces } from '../../src/main/carrier/places.ts'
import { protocolVersion } from '../../src/shared/contract/protocol.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

const ws = pathToFileURL(createRequire(import.meta.url).resolve('ws')).href

/**
 * A daemon that can do nothing but hold its home's lock, greet, tell its pid and show no rows. STUB_PROTOCOL makes it
 * one of another version, STUB_SILENT one that never answers.
 */
export const stubDaemon = `
import { createServer } from 'node:http'
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import ws from '${ws}'

const home = process.argv[process.argv.indexOf('--home') + 1]
appendFileSync(home + '/started', process.pid + '\\n')
writeFileSync(home + '/environment', JSON.stringify(process.env))

const isHeld = () => {
  try {
    return process.kill(Number(readFileSync(home + '/lock', 'utf8')), 0)
  } catch {
    return false
  }
}
const lock = (flag) => writeFileSync(home + '/lock', String(process.pid), { flag })
try {
  lock('wx')
} catch {
  if (isHeld()) process.exit(0)
  lock('w')
}

const noRows = { epoch: 'stub', seq: 0, snapshot: { sessions: [], processes: [], dependences: [], hosts: [] } }
const answers = {
  hello: () => ({ t: 'hello', protocol: Number(process.env.STUB_PROTOCOL ?? ${protocolVersion}) }),
  call: ({ id }) => ({ t: 'ok', id, v: { pid: process.pid } }),
  open: ({ id }) => ({ t: 'part', id, v: noRows }),
}
const server = createServer()
new ws.WebSocketServer({ server }).on('connection', (socket) =>
  socket.on('message', (text) => {
    if (process.env.STUB_SILENT) return
    const message = JSON.parse(text)
    const answer = answers[message.t]?.(message)
    if (answer) socket.send(JSON.stringify(answer))
  }),
)
rmSync(home + '/daemon.sock', { force: true })
server.listen(home + '/daemon.sock')
`

export interface DaemonLab extends AsyncDisposable {
  readonly launch: DaemonLaunch
  /** Of every daemon that was started here, in order. */
  startedPids(): Promise<readonly number[]>
}

/** A home whose daemon is the given script. Whatever was started there is ended with it. */
export async function daemonLab(script = stubDaemon, environment: Record<string, string> = {}): Promise<DaemonLab> {
  const folder = await temporaryFolder()
  const entry = path.join(folder.path, 'daemon.mjs')
  await writeFile(entry, script)
  const launch: DaemonLaunch = {
    places: currentPlaces(path.join(folder.path, 'home')),
    node: process.execPath,
    entry,
    environment: { ...daemonEnvironment(process.env), ...environment },
  }
  const startedPids = async () => {
    const text = await readFile(path.join(launch.places.home, 'started'), 'utf8').catch(() => '')
    return text.split('\n').filter(Boolean).map(Number)
  }
  return {
    launch,
    startedPids,
    [Symbol.asyncDispose]: async () => {
      await until(
        async () => {
          const alive = (await startedPids()).filter(isAlive)
          for (const pid of alive) process.kill(pid, 'SIGKILL')
          return alive.length === 0
        },
        { what: 'the end of the stub daemons' },
      )
      await folder[Symbol.asyncDispose]()
    },
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
