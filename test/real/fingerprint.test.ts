import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import path from 'node:path'
import { expect, type TestContext, test } from 'vitest'
import { createFingerprintReader } from '../../src/main/daemon/adapters/exec/fingerprint.ts'
import { listPids, readStat, readText } from '../../src/main/daemon/adapters/exec/proc.ts'
import { isKernelThread } from '../../src/main/daemon/host/proc-text.ts'
import type { LiveFingerprint } from '../../src/shared/domain/fingerprint.ts'
import { normalise } from '../../src/shared/fingerprint/normalise.ts'
import { scoreOf } from '../../src/shared/fingerprint/score.ts'
import { ourNode } from '../helpers/daemon-lab.ts'
import { ExecLab } from '../helpers/exec-lab.ts'
import { skipOrFail } from '../helpers/real-parts.ts'
import { until } from '../helpers/until.ts'

/** Writes a file `ready` with what it says when all of it is there. */
const program = (body: string) => `
import dgram from 'node:dgram'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
const kept = []
const listen = async (port, host) => {
  const server = net.createServer((socket) => kept.push(socket)).listen(port, host)
  await once(server, 'listening')
  kept.push(server)
  return server.address().port
}
const ready = (facts) => {
  fs.writeFileSync('ready.new', JSON.stringify(facts))
  fs.renameSync('ready.new', 'ready')
}
${body}
setInterval(() => {}, 1000)
`

/** The facts that the program in this folder wrote. */
async function factsIn(folder: string): Promise<Record<string, number>> {
  const file = path.join(folder, 'ready')
  await until(() => existsSync(file), { what: `${file} to be written` })
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Listens on a free port of 127.0.0.1 until it is disposed of; `endsAtOnce` closes its side of every connection. */
async function server(endsAtOnce: boolean) {
  const accepted = new Set<Socket>()
  const listening = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.add(socket)
    socket.on('error', () => undefined)
    if (endsAtOnce) socket.end()
  }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    accepted,
    [Symbol.dispose]: () => {
      for (const socket of accepted) socket.destroy()
      listening.close()
    },
  }
}

const everything = `
const [outPort, closingPort] = process.argv.slice(2, 4).map(Number)
const port = await listen(0, '127.0.0.1')
const six = await listen(0, '::1')
const any = await listen(0, '::')
const out = net.connect(outPort, '127.0.0.1')
const closing = net.connect({ port: closingPort, host: '127.0.0.1', allowHalfOpen: true })
closing.resume()
await Promise.all([once(out, 'connect'), once(closing, 'end')])
const inbound = net.connect(any, '127.0.0.1')
await once(inbound, 'connect')
const udp = dgram.createSocket('udp4').bind(0, '127.0.0.1')
await once(udp, 'listening')
kept.push(out, closing, inbound, udp)
fs.openSync('kept.log', 'a')
fs.openSync('kept.log', 'r')
fs.openSync('removed.log', 'a')
fs.unlinkSync('removed.log')
fs.openSync('.', 'r')
fs.openSync('/dev/null', 'r')
fs.openSync('/proc/self/status', 'r')
ready({ port, six, any, udp: udp.address().port })
`

test('all that a real process shows, with a socket in CLOSE_WAIT among it', async () => {
  await using lab = await ExecLab.create()
  using out = await server(false)
  using closing = await server(true)
  const script = lab.script('all.mjs', program(everything))
  const argv = [ourNode(), script, String(out.port), String(closing.port), 'password=hunter2'] as const
  const identity = await lab.bystander([...argv], { SECRET_NAME: 'value' })
  const facts = await factsIn(lab.folder)
  // Somebody else connects to it: noise from a port that says nothing.
  const client = program(`kept.push(net.connect(${facts.port}, '127.0.0.1'))`)
  await lab.bystander([ourNode(), lab.script('client.mjs', client)])
  await until(() => establishedAt(facts.port ?? 0), { what: 'a connection from outside' })
  expect(closeWaitAt(closing.port)).toBe(true)

  const fingerprint = createFingerprintReader().sweep().read(identity.pid)
  expect(fingerprint).toEqual({
    cmdline: [...argv.slice(0, -1), 'password=•••'],
    listen: [`127.0.0.1:${facts.port}`, `[::1]:${facts.six}`, `[::]:${facts.any}`].sort(),
    established: [`127.0.0.1:${out.port}`, `127.0.0.1:${facts.any}`].sort(),
    udp: [`127.0.0.1:${facts.udp}`],
    files: [path.join(lab.folder, 'kept.log'), path.join(lab.folder, 'kept.log')],
    partial: false,
    exe: ourNode(),
    cwd: lab.folder,
    uid: process.getuid?.(),
    threads: expect.any(Number),
    ppid: process.pid,
    starttime: identity.startTime,
    boot_id: identity.bootId,
    rss: expect.any(Number),
    cgroup: /^0::(.*)$/m.exec(readFileSync(`/proc/${identity.pid}/cgroup`, 'utf8'))?.[1] ?? null,
    env_names: expect.arrayContaining(['PATH', 'SECRET_NAME']),
  })
  expect(fingerprint?.threads).toBeGreaterThan(1)
  expect(fingerprint?.rss).toBeGreaterThan(10 * 1024 * 1024)
  expect(JSON.stringify(fingerprint)).not.toContain('hunter2')
})

const hexPort = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')
/** A connection that was accepted at this port of 127.0.0.1. */
const establishedAt = (port: number) =>
  new RegExp(`: 0100007F:${hexPort(port)} \\S+ 01 `).test(readText('/proc/net/tcp') ?? '')
const closeWaitAt = (port: number) => new RegExp(` 0100007F:${hexPort(port)} 08 `).test(readText('/proc/net/tcp') ?? '')

test('the same program run again is in the same state, whichever port it got', async () => {
  await using lab = await ExecLab.create()
  const body = `fs.openSync('data', 'a'); ready({ port: await listen(0, '127.0.0.1') })`
  const script = lab.script('listen.mjs', program(body))
  const run = async () => {
    const identity = await lab.bystander([ourNode(), script])
    const { port } = await factsIn(lab.folder)
    rmSync(path.join(lab.folder, 'ready'))
    const sweep = lab.host.fingerprints()
    return { port, live: living(await sweep.read(identity.pid)), ephemeralFrom: sweep.ephemeralFrom }
  }
  const [first, second] = [await run(), await run()]
  expect(first.live.listen).toEqual([`127.0.0.1:${first.port}`])
  expect(first.port).not.toBe(second.port)
  expect(first.port).toBeGreaterThanOrEqual(first.ephemeralFrom)
  expect(scoreOf(first.live, second.live)).toBeLessThan(0.9)
  expect(scoreOf(normalise(first.live, first.ephemeralFrom), normalise(second.live, first.ephemeralFrom))).toBe(1)
})

function living(fingerprint: LiveFingerprint | null): LiveFingerprint {
  if (fingerprint === null) throw new Error('the program is gone')
  return fingerprint
}

test('socket tables are read once per network namespace and sweep', async (context) => {
  requireRoot(context)
  await using lab = await ExecLab.create()
  const script = lab.script('listen.mjs', program(`ready({ port: await listen(7496, '0.0.0.0') })`))
  const inside = await lab.bystander(['unshare', '--net', ourNode(), script])
  const outsideScript = lab.script('outside.mjs', program(`ready({ port: await listen(0, '0.0.0.0') })`))
  await factsIn(lab.folder)
  rmSync(path.join(lab.folder, 'ready'))
  const outside = await lab.bystander([ourNode(), outsideScript])
  const { port } = await factsIn(lab.folder)

  const read: string[] = []
  const reader = createFingerprintReader((table) => {
    read.push(path.basename(table))
    return readText(table)
  })
  const sweep = reader.sweep()
  for (const _ of [1, 2, 3]) {
    expect(sweep.read(inside.pid)?.listen).toEqual(['0.0.0.0:7496'])
    expect(sweep.read(outside.pid)?.listen).toEqual([`0.0.0.0:${port}`])
    expect(sweep.read(process.pid)).not.toBeNull()
  }
  expect(read.toSorted()).toEqual(['tcp', 'tcp', 'tcp6', 'tcp6', 'udp', 'udp', 'udp6', 'udp6'])
  reader.sweep().read(inside.pid)
  expect(read).toHaveLength(12)
})

test('who is gone, a zombie or a part of the kernel has no fingerprint', async () => {
  await using lab = await ExecLab.create()
  const parent = await lab.bystander(['sh', '-c', 'sh -c "echo \\$\\$ >child" & exec sleep 1000'])
  const file = path.join(lab.folder, 'child')
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'), { what: 'the pid of the child' })
  const zombie = Number(readFileSync(file, 'utf8'))
  await until(() => readStat(zombie)?.state === 'Z', { what: 'the child to be a zombie' })
  const sweep = lab.host.fingerprints()
  expect(await sweep.read(zombie)).toBeNull()
  expect(await lab.host.describe(zombie)).toBeNull()
  expect(await sweep.read(99_999_999)).toBeNull()
  expect(await lab.host.describe(99_999_999)).toBeNull()
  expect((await sweep.read(parent.pid))?.cmdline).toEqual(['sleep', '1000'])
  const kernelThread = listPids()
    .map(readStat)
    .find((stat) => stat !== undefined && isKernelThread(stat))
  if (kernelThread) expect(await sweep.read(kernelThread.pid)).toBeNull()
})

test('more descriptors than are looked at make it partial', async () => {
  await using lab = await ExecLab.create()
  const body = `fs.openSync('first.log', 'a'); for (let i = 0; i < 1100; i += 1) fs.openSync('/dev/null'); fs.openSync('last.log', 'a'); ready({})`
  const script = lab.script('many.mjs', program(body))
  const identity = await lab.bystander(['sh', '-c', 'ulimit -n 2048 && exec "$0" "$1"', ourNode(), script])
  await factsIn(lab.folder)
  const live = living(await lab.host.fingerprints().read(identity.pid))
  expect(live.files).toEqual([path.join(lab.folder, 'first.log')])
  expect(live.partial).toBe(true)
})

const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const

function requireRoot(context: TestContext): void {
  if (process.getuid?.() !== 0) skipOrFail(context, 'needs root, for another user and a namespace of its own')
}

/** The fingerprint that a reader without rights takes. */
function readAsNobody(context: TestContext, pid: number): LiveFingerprint {
  const module = path.join(import.meta.dirname, '../../src/main/daemon/adapters/exec/fingerprint.ts')
  const reader = `
    const { createFingerprintReader } = await import(${JSON.stringify(module)})
    console.log(JSON.stringify(createFingerprintReader().sweep().read(${pid})))
  `
  const asNobody = (...argv: readonly string[]) => {
    const [setpriv, ...options] = nobody
    return spawnSync(setpriv, [...options, '--inh-caps=-all', ...argv], { encoding: 'utf8', cwd: '/' })
  }
  if (asNobody('test', '-r', module, '-a', '-x', ourNode()).status !== 0) {
    skipOrFail(context, `needs ${module} and ${ourNode()} to be readable by everybody`)
  }
  return JSON.parse(asNobody(ourNode(), '--input-type=module', '-e', reader).stdout)
}

const unreadable = { listen: null, established: null, udp: null, files: null, partial: true }

test("another user's process: what cannot be read is null, not empty", async (context) => {
  requireRoot(context)
  await using lab = await ExecLab.create()
  const script = lab.script(
    'listen.mjs',
    program(`fs.openSync('data', 'a'); ready({ port: await listen(0, '127.0.0.1') })`),
  )
  const argv = [ourNode(), script, 'password=hunter2'] as const
  const identity = await lab.bystander([...argv])
  const { port } = await factsIn(lab.folder)
  const own = living(await lab.host.fingerprints().read(identity.pid))
  expect(own.listen).toEqual([`127.0.0.1:${port}`])

  const seen = readAsNobody(context, identity.pid)
  expect(seen).toMatchObject({ ...unreadable, exe: null, cwd: null, env_names: null, uid: 0 })
  expect(seen).toMatchObject({ starttime: identity.startTime, cmdline: [ourNode(), script, 'password=•••'] })
  expect(scoreOf(seen, own)).toBe(1)
})

test('a process of the same user with rights that the reader lacks shows its descriptors and not where they lead', async (context) => {
  requireRoot(context)
  await using lab = await ExecLab.create()
  const rights = ['--inh-caps=+net_bind_service', '--ambient-caps=+net_bind_service']
  const [setpriv, ...options] = nobody
  const identity = await lab.bystander([setpriv, ...options, ...rights, 'sleep', '1000'])
  await until(async () => (await lab.host.describe(identity.pid))?.argv[0] === 'sleep', { what: 'the exec of sleep' })
  expect(readAsNobody(context, identity.pid)).toMatchObject({ ...unreadable, uid: 65_534, cmdline: ['sleep', '1000'] })
})

test('a reader without rights sees all of itself', async (context) => {
  requireRoot(context)
  await using lab = await ExecLab.create()
  const [setpriv, ...options] = nobody
  const identity = await lab.bystander([setpriv, ...options, '--inh-caps=-all', 'sleep', '1000'])
  await until(async () => (await lab.host.describe(identity.pid))?.argv[0] === 'sleep', { what: 'the exec of sleep' })
  expect(readAsNobody(context, identity.pid)).toMatchObject({
    ...{ listen: [], established: [], udp: [], files: [], partial: false },
    cwd: lab.folder,
    env_names: expect.arrayContaining(['PATH']),
  })
})
