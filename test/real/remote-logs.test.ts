import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { blockBytes } from '../../src/main/daemon/adapters/ssh/remote-bytes.ts'
import type { RunPlace } from '../../src/main/daemon/host/port.ts'
import { skipOrFail } from '../helpers/real-parts.ts'
import { createRemoteLab, type RemoteLab } from '../helpers/remote-lab.ts'
import { until } from '../helpers/until.ts'

const bytesOf = (path: string) => readFileSync(path)

/** A run that nobody launched: its files there are written by the test. */
function keptRun(remote: RemoteLab) {
  const { lab, host, state } = remote
  const { place } = lab.prepare([]).spec
  const there = (kind: 'out' | 'err') => join(state, place.sessionId, kind, `${place.name}.out`)
  for (const kind of ['out', 'err', 'pid'] as const) mkdirSync(join(state, place.sessionId, kind), { recursive: true })
  const paths = {
    out: there('out'),
    err: there('err'),
    record: join(state, place.sessionId, 'pid', `${place.name}.1.rec`),
  }
  for (const path of [paths.out, paths.err]) writeFileSync(path, '')
  host.keep(place)
  return { place, paths }
}

const isCopied = (from: string, to: string) =>
  until(() => bytesOf(to).equals(bytesOf(from)), { what: `a copy of ${from}`, timeoutMs: 60_000 })

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${from + index}\n`).join('')

describe('a log of another machine', () => {
  test('is copied byte for byte, whatever is in it', async () => {
    await using remote = await createRemoteLab()
    const { place, paths } = keptRun(remote)
    const every = Buffer.from(Array.from({ length: 256 }, (_, code) => code))
    const pieces = [
      every,
      Buffer.from('\u001b[31mred\u001b[0m\r50 %\r100 %\n'),
      Buffer.from([0xc3, 0x28, 0xff, 0x00, 0x0a]),
      Buffer.from(`\n${'0'.repeat(32)}\n`),
      Buffer.alloc(blockBytes, 0x0a),
      Buffer.alloc(blockBytes - 1, 0),
      Buffer.from('no newline at the end'),
    ]
    for (const piece of pieces) {
      appendFileSync(paths.out, piece)
      await isCopied(paths.out, place.files.out)
    }
    appendFileSync(paths.err, 'other')
    await isCopied(paths.err, place.files.err)
  })

  test('may have a line of 100 MB', async () => {
    await using remote = await createRemoteLab('dash', { backlogBytes: 200 * 1024 * 1024 })
    const { place, paths } = keptRun(remote)
    for (let part = 0; part < 10; part += 1) appendFileSync(paths.out, Buffer.alloc(10_000_000, 0x61 + part))
    appendFileSync(paths.out, '\nend\n')
    await until(() => statSync(place.files.out).size === 100_000_005, { what: 'all of it', timeoutMs: 60_000 })
    await isCopied(paths.out, place.files.out)
  })

  test('is there when the end of its run is seen', async () => {
    await using remote = await createRemoteLab()
    const { lab } = remote
    for (let round = 0; round < 3; round += 1) {
      const { run } = await lab.run([
        'sh',
        '-c',
        'i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i+1)); done; echo err >&2',
      ])
      expect(bytesOf(run.files.out).toString()).toBe(numbered(0, 20_000))
      expect(bytesOf(run.files.err).toString()).toBe('err\n')
    }
  })

  test('goes on from run to run at offsets that hold on both machines', async () => {
    await using remote = await createRemoteLab()
    const { lab } = remote
    const first = await lab.run(['echo', 'first'])
    const { place } = first.run.spec
    const again = lab.prepare(['echo', 'second'], { mark: { ...first.run.mark, run: 2 } })
    expect((await lab.host.launch(again.spec)).ok).toBe(true)
    await lab.end(again)
    expect(bytesOf(place.files.out).toString()).toBe('first\nsecond\n')
  })
})

describe('a lost link', () => {
  test.each([1, 3000, 70_000])('loses and doubles no byte, wherever it breaks (after %i bytes)', async (afterBytes) => {
    await using remote = await createRemoteLab()
    const { connection } = remote
    const { place, paths } = keptRun(remote)
    for (let round = 0; round < 5; round += 1) {
      connection.cut = { pick: (script) => script.includes('dd if='), afterBytes }
      appendFileSync(paths.out, numbered(round * 30_000, (round + 1) * 30_000))
      await until(() => connection.state.kind !== 'connected', { what: 'the link to break' })
      connection.restore()
    }
    connection.cut = null
    await isCopied(paths.out, place.files.out)
    expect(bytesOf(place.files.out).toString()).toBe(numbered(0, 150_000))
  })

  test('and another daemon that goes on with the copies', async () => {
    await using remote = await createRemoteLab()
    const { host, connection } = remote
    const { place, paths } = keptRun(remote)
    appendFileSync(paths.out, numbered(0, 1000))
    await isCopied(paths.out, place.files.out)
    host.close()
    appendFileSync(paths.out, numbered(1000, 2000))
    const next = remote.again()
    connection.lose()
    next.keep(place)
    connection.restore()
    await isCopied(paths.out, place.files.out)
  })

  test('at the release of a process: what is left is taken in when it is back', async () => {
    await using remote = await createRemoteLab()
    const { host, connection } = remote
    const { place, paths } = keptRun(remote)
    connection.lose()
    appendFileSync(paths.out, 'last words\n')
    await host.release(place.processId)
    connection.restore()
    await isCopied(paths.out, place.files.out)
  })
})

describe('a log that is not what was copied', () => {
  test('is copied from its beginning when it was cut', async () => {
    await using remote = await createRemoteLab()
    const { place, paths } = keptRun(remote)
    appendFileSync(paths.out, numbered(0, 1000))
    await isCopied(paths.out, place.files.out)
    truncateSync(paths.out)
    appendFileSync(paths.out, 'new\n')
    await isCopied(paths.out, place.files.out)
  })

  test('or replaced by a longer one', async () => {
    await using remote = await createRemoteLab()
    const { place, paths } = keptRun(remote)
    appendFileSync(paths.out, numbered(0, 1000))
    await isCopied(paths.out, place.files.out)
    writeFileSync(`${paths.out}.new`, numbered(500_000, 502_000))
    renameSync(`${paths.out}.new`, paths.out)
    await isCopied(paths.out, place.files.out)
  })

  test('and keeps its copy when it was removed; the next run writes behind that', async () => {
    await using remote = await createRemoteLab()
    const { lab, state } = remote
    const first = await lab.run(['echo', 'first'])
    const { place } = first.run.spec
    rmSync(join(state, place.sessionId, 'out', `${place.name}.out`))
    const again = lab.prepare(['echo', 'second'], { mark: { ...first.run.mark, run: 2 } })
    expect((await lab.host.launch(again.spec)).ok).toBe(true)
    await lab.end(again)
    expect(bytesOf(place.files.out).toString()).toBe('first\nsecond\n')
  })
})

describe('a log that is far ahead', () => {
  test('is copied near its end, behind a hole that is told', async () => {
    const skipped: { path: string; from: number; to: number }[] = []
    const onSkipped = (path: string, from: number, to: number) => void skipped.push({ path, from, to })
    await using remote = await createRemoteLab('dash', { backlogBytes: 1024 * 1024, onSkipped })
    const { connection } = remote
    const { place, paths } = keptRun(remote)
    appendFileSync(paths.out, numbered(0, 100))
    await isCopied(paths.out, place.files.out)
    const before = statSync(place.files.out).size
    connection.lose()
    appendFileSync(paths.out, numbered(100, 500_000))
    connection.restore()
    await until(() => statSync(place.files.out).size === statSync(paths.out).size, { what: 'the end of the log' })
    const [hole, ...more] = skipped
    expect(more).toEqual([])
    expect(hole).toMatchObject({ path: place.files.out, from: before })
    const { to } = hole ?? { to: 0 }
    const [copy, log] = [bytesOf(place.files.out), bytesOf(paths.out)]
    expect(copy.subarray(0, before)).toEqual(log.subarray(0, before))
    expect(copy.subarray(before, to).every((byte) => byte === 0)).toBe(true)
    expect(copy.subarray(to).equals(log.subarray(to))).toBe(true)
    expect(log[to - 1]).toBe(0x0a)
    expect(log.length - to).toBeGreaterThan(900_000)
    appendFileSync(paths.out, numbered(0, 10))
    await until(() => statSync(place.files.out).size === statSync(paths.out).size, { what: 'the next lines' })
    expect(bytesOf(place.files.out).subarray(to).equals(bytesOf(paths.out).subarray(to))).toBe(true)
  })
})

test('a log that is copied takes no more of the disk there than it may', async (context) => {
  const { status, stdout } = spawnSync('fallocate', ['--help'], { encoding: 'utf8' })
  if (status !== 0 || !stdout.includes('punch-hole')) skipOrFail(context, 'needs a fallocate that makes holes')
  const megabyte = 1024 * 1024
  await using remote = await createRemoteLab('dash', { backlogBytes: 64 * megabyte, remoteLogBytes: 8 * megabyte })
  const { place, paths } = keptRun(remote)
  const flood = Buffer.from(numbered(0, 1_000_000))
  for (let round = 0; round < 16; round += 1) {
    appendFileSync(paths.out, flood)
    await until(() => statSync(place.files.out).size === statSync(paths.out).size, { what: 'all of it' })
  }
  await until(() => statSync(paths.out).blocks * 512 < 90 * megabyte, { what: 'a log that takes less' })
  expect(bytesOf(place.files.out).equals(Buffer.concat(Array.from({ length: 16 }, () => flood)))).toBe(true)
  appendFileSync(paths.out, 'end\n')
  await until(() => statSync(place.files.out).size === statSync(paths.out).size, { what: 'the end' })
  expect(bytesOf(place.files.out).subarray(-4).toString()).toBe('end\n')
})

describe('who reads along', () => {
  const streamedTo = (remote: RemoteLab, place: RunPlace) =>
    until(() => remote.connection.streams.some((script) => script.includes(`out/${place.name}.out`)), {
      what: 'a stream of the log',
    })

  test('gets new bytes from a command of their own, exactly once', async () => {
    await using remote = await createRemoteLab('dash', { pullMs: 200 })
    const { host } = remote
    const { place, paths } = keptRun(remote)
    appendFileSync(paths.out, numbered(0, 5000))
    host.followed(place.processId, true)
    await streamedTo(remote, place)
    for (let round = 1; round < 20; round += 1) {
      appendFileSync(paths.out, numbered(round * 5000, (round + 1) * 5000))
      if (round % 5 === 0) await isCopied(paths.out, place.files.out)
    }
    await isCopied(paths.out, place.files.out)
    host.followed(place.processId, false)
    appendFileSync(paths.out, 'after\n')
    await isCopied(paths.out, place.files.out)
  })

  test('loses and doubles nothing with the link', async () => {
    await using remote = await createRemoteLab()
    const { host, connection } = remote
    const { place, paths } = keptRun(remote)
    host.followed(place.processId, true)
    for (let round = 0; round < 5; round += 1) {
      await until(() => connection.streams.length > 2 * round, { what: 'a stream' })
      appendFileSync(paths.out, numbered(round * 20_000, (round + 1) * 20_000))
      connection.lose()
      connection.restore()
    }
    await isCopied(paths.out, place.files.out)
    expect(bytesOf(place.files.out).toString()).toBe(numbered(0, 100_000))
  })

  test('gets them by frequent looks where the host allows no more sessions', async () => {
    await using remote = await createRemoteLab('dash', { pullMs: 60_000 })
    const { host, connection } = remote
    const { place, paths } = keptRun(remote)
    connection.refusesStreams = true
    host.followed(place.processId, true)
    for (let round = 0; round < 3; round += 1) {
      appendFileSync(paths.out, numbered(round * 100, (round + 1) * 100))
      await isCopied(paths.out, place.files.out)
    }
  })

  test('sees a log that is cut begin again', async () => {
    await using remote = await createRemoteLab()
    const { host } = remote
    const { place, paths } = keptRun(remote)
    appendFileSync(paths.out, numbered(0, 1000))
    host.followed(place.processId, true)
    await streamedTo(remote, place)
    await isCopied(paths.out, place.files.out)
    truncateSync(paths.out)
    appendFileSync(paths.out, 'new\n')
    await isCopied(paths.out, place.files.out)
  })
})

describe('what is kept', () => {
  test('is asked for until it is released, and its record is removed with it', async () => {
    await using remote = await createRemoteLab()
    const { lab, host, connection, state } = remote
    const { run } = await lab.run(['echo', 'once'])
    const { place } = run.spec
    const record = join(state, place.sessionId, 'pid', `${place.name}.1.rec`)
    expect(statSync(record).size).toBeGreaterThan(0)
    await host.release(place.processId)
    await until(() => statSync(record, { throwIfNoEntry: false }) === undefined, { what: 'the removal of the record' })
    expect(host.readRecord(place.files.record).end).toMatchObject({ code: 0 })
    const asked = connection.scripts.length
    await host.refresh(place.processId)
    expect(connection.scripts).toHaveLength(asked)
  })

  test('is brought up to date when somebody asks for it', async () => {
    await using remote = await createRemoteLab('dash', { pullMs: 60_000 })
    const { host } = remote
    const { place, paths } = keptRun(remote)
    await host.refresh(place.processId)
    appendFileSync(paths.out, 'now\n')
    await host.refresh(place.processId)
    expect(bytesOf(place.files.out).toString()).toBe('now\n')
  })

  test('a copy that cannot be written is told once, and made when it can be', async () => {
    const errors: unknown[] = []
    await using remote = await createRemoteLab('dash', { onError: (error) => errors.push(error) })
    const { place, paths } = keptRun(remote)
    mkdirSync(place.files.out)
    appendFileSync(paths.out, 'line\n')
    await until(() => errors.length > 0, { what: 'the error' })
    const asked = remote.connection.scripts.length
    await until(() => remote.connection.scripts.length > asked + 3, { what: 'more looks' })
    expect(errors).toHaveLength(1)
    rmSync(place.files.out, { recursive: true })
    await isCopied(paths.out, place.files.out)
    expect(dirname(place.files.out)).toBe(remote.lab.folder)
  })
})
