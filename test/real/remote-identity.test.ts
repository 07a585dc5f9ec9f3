import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { createFingerprintReader } from '../../src/main/daemon/adapters/exec/fingerprint.ts'
import { createExecHost } from '../../src/main/daemon/adapters/exec/index.ts'
import { readStat } from '../../src/main/daemon/adapters/exec/proc.ts'
import type { CandidateQuery } from '../../src/main/daemon/host/port.ts'
import { markVariable } from '../../src/shared/domain/identity.ts'
import { type ExecLab, requireShell, shellNames } from '../helpers/exec-lab.ts'
import { createRemoteLab } from '../helpers/remote-lab.ts'
import { until } from '../helpers/until.ts'

const query = (changes: Partial<CandidateQuery>): CandidateQuery => ({
  argv: [],
  exe: null,
  cwd: null,
  match: null,
  ...changes,
})

async function find(lab: ExecLab, changes: Partial<CandidateQuery>, exclude: (pid: number) => boolean = () => false) {
  return (await lab.host.findCandidates(query(changes), exclude)).map(({ identity }) => identity.pid)
}

/** Unlike whatever else sleeps on this machine. */
const sleeping = ['sleep', '100000.75'] as const

/** Listens on TCP and UDP, is connected to itself, holds files, a folder and more; prints its port. */
const busyScript = `
const fs = require('fs'), net = require('net'), dgram = require('dgram')
const folder = 'da\\u00ff t\\na'
fs.mkdirSync(folder); fs.openSync(folder, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY)
fs.openSync(folder + '/a file', 'a'); fs.openSync('plain.log', 'a'); fs.openSync('plain.log', 'r')
fs.openSync('gone.log', 'a'); fs.unlinkSync('gone.log'); fs.openSync('/dev/null', 'r')
const udp = dgram.createSocket('udp4').bind(0, '127.0.0.1')
const server = net.createServer(() => {}).listen(0, '127.0.0.1', () => {
  const six = net.createServer(() => {}).listen(0, '::1', () => {
    const out = net.connect(server.address().port, '127.0.0.1', () => {
      fs.writeFileSync('ready', String(server.address().port) + '\\n')
    })
  })
})
setInterval(() => {}, 1000)
`

describe.each(shellNames)('a program on a host with %s', (shell) => {
  test('looks as it does from its own machine', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    const argv = [process.execPath, '-e', busyScript, 'password=hunter2', 'a\nb', '\u001b[2J', ''] as const
    const identity = await lab.bystander([...argv], { SECRET_NAME: 'value' })
    await lab.pidWrittenTo('ready').catch(() => undefined)
    await until(() => createFingerprintReader().sweep().read(identity.pid)?.udp?.length === 1, { what: 'all of it' })
    const here = createFingerprintReader().sweep().read(identity.pid)
    const sweep = lab.host.fingerprints()
    const there = await sweep.read(identity.pid)
    const masked = (path: string) =>
      shell === 'busybox' ? path.replace(/[^ -~]/g, (sign) => '?'.repeat(Buffer.byteLength(sign))) : path
    expect(there).toEqual({
      ...here,
      files: here?.files?.map(masked),
      rss: expect.any(Number),
      threads: expect.any(Number),
    })
    expect(sweep.ephemeralFrom).toBe(createFingerprintReader().sweep().ephemeralFrom)
    expect(JSON.stringify(there)).not.toContain('hunter2')
    expect(await sweep.read(99_999_999)).toBeNull()

    const described = await lab.host.describe(identity.pid)
    expect(described).toEqual(await createExecHost({ shimFolder: lab.folder }).describe(identity.pid))
    expect(described !== null && lab.host.isOurs(described)).toBe(true)
    expect(await lab.host.describe(99_999_999)).toBeNull()
    expect(await find(lab, { match: { cwd: lab.folder, listen: here?.listen?.[0] ?? '' } })).toEqual([identity.pid])
    expect(await find(lab, { match: { cwd: lab.folder, listen: '1' } })).toEqual([])
  })

  test('is found by what it is, wherever a link leads', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    const folder = join(lab.folder, 'fö ld\ner')
    mkdirSync(folder)
    symlinkSync(folder, join(lab.folder, 'link'))
    const script = lab.script('start', `cd "$1" && exec sleep 100000.75\n`)
    const [first, second] = [
      await lab.bystander(['sh', script, folder]),
      await lab.bystander(['sh', script, lab.folder]),
    ]
    for (const { pid } of [first, second]) await until(() => readStat(pid)?.comm === 'sleep', { what: 'both programs' })
    expect(await find(lab, { argv: sleeping })).toEqual([first.pid, second.pid].sort((a, b) => a - b))
    expect(await find(lab, { argv: sleeping }, (pid) => pid === first.pid)).toEqual([second.pid])
    expect(await find(lab, { argv: sleeping, cwd: folder })).toEqual([first.pid])
    expect(await find(lab, { argv: sleeping, cwd: join(lab.folder, 'link') })).toEqual([first.pid])
    expect(await find(lab, { argv: sleeping, cwd: '~' })).toEqual([second.pid])
    expect(await find(lab, { argv: sleeping, cwd: '/' })).toEqual([])
    expect(await find(lab, { argv: sleeping, exe: '/bin/other' })).toEqual([])
    expect(await find(lab, { match: { exe: 'sleep', cwd: folder } })).toEqual([first.pid])
    expect(await find(lab, { match: {} })).toEqual([])
    expect(await lab.host.hasCommandLine(sleeping)).toBe(true)
    expect(await lab.host.hasCommandLine(['sleep', '100000.7'])).toBe(false)
    const programs = await lab.host.programs()
    expect(programs).toContainEqual({ identity: first, argv: sleeping })
    expect(programs.filter(({ identity }) => identity.pid === first.pid)).toHaveLength(1)
  })

  test('tells its mark, its use, and that it has begun', async (context) => {
    requireShell(context, shell)
    await using remote = await createRemoteLab(shell)
    const { lab } = remote
    const busy = `require('net').createServer().listen(0, '127.0.0.1'); while (process.cpuUsage().user < 300_000); setInterval(() => {}, 1000)`
    const run = await lab.start([process.execPath, '-e', busy, 'unlike-others'])
    const program = await lab.program(run)
    await until(() => lab.host.hasBegun(program), { what: 'the exec' })
    expect(await lab.host.hasBegun({ identity: lab.identityOf(program.shimPid) })).toBe(false)
    expect(await lab.host.hasPid(program.shimPid)).toBe(true)
    expect(await lab.host.hasPid(99_999_999)).toBe(false)
    const [candidate] = await lab.host.findCandidates(query({ match: { cwd: lab.folder } }), () => false)
    expect(candidate).toMatchObject({ identity: program.identity, mark: run.mark })
    const described = await lab.host.describe(program.identity.pid)
    expect(described?.env?.[markVariable]).toBe(`${run.mark.processId}:1`)
    expect((await lab.host.describe(program.shimPid))?.isShim).toBe(true)

    const usage = () => lab.host.usage([program, { identity: lab.identityOf(1), shimPid: 99_999_999 }], true)
    const [used, nothing] = await until(
      async () => {
        const now = await usage()
        return (now[0]?.listen.length ?? 0) > 0 && (now[0]?.cpuSeconds.get(program.identity.pid) ?? 0) > 0.2 && now
      },
      { what: 'its port and the time that it took' },
    )
    expect(used?.memoryBytes).toBeGreaterThan(10 * 1024 * 1024)
    expect(used?.listen[0]).toMatch(/^127\.0\.0\.1:\d+$/)
    expect([...(used?.cpuSeconds.keys() ?? [])]).toEqual([program.identity.pid])
    expect(nothing).toEqual({ cpuSeconds: new Map(), memoryBytes: 0, listen: [] })
    expect((await lab.host.usage([program], false))[0]?.listen).toEqual([])
  })
})

test('a machine tells what it is and what it uses', async () => {
  await using remote = await createRemoteLab()
  const facts = await remote.host.measure()
  expect(facts.cores).toBeGreaterThan(0)
  expect(facts.load1).toBeGreaterThanOrEqual(0)
  expect(facts.memory?.totalBytes).toBeGreaterThan(facts.memory?.usedBytes ?? Number.POSITIVE_INFINITY)
  expect(facts.kernel).toMatch(/^\d+\./)
  expect(remote.host.facts).toEqual(facts)
})

test('an end has the time it had by our clock, and so it has when it is read later', async () => {
  await using remote = await createRemoteLab()
  const before = Date.now()
  const { run, end } = await remote.lab.run(['true'])
  // /proc/uptime counts in hundredths of a second, and a look at it takes a round trip.
  expect(end.at).toBeGreaterThanOrEqual(before - 100)
  expect(end.at).toBeLessThanOrEqual(Date.now() + 100)
  const late = remote.again()
  const unreached = late.endOf(late.readRecord(run.files.record), run.files.record)
  expect(unreached).toMatchObject({ code: 0 })
  await late.measure()
  expect(Math.abs(late.endOf(late.readRecord(run.files.record), run.files.record).at - end.at)).toBeLessThan(1000)
})
