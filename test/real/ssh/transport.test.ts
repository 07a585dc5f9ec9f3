import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { beforeEach, describe, expect, test } from 'vitest'
import type { RemoteStream, SshConnection } from '../../../src/main/daemon/adapters/ssh/port.ts'
import { isAlive, membersOf } from '../../helpers/process-groups.ts'
import {
  askOptions,
  connectedTo,
  connectionTo,
  mustSucceed,
  say,
  startSshd,
  textOf,
} from '../../helpers/ssh-connection.ts'
import { requireSshd } from '../../helpers/sshd.ts'
import { until } from '../../helpers/until.ts'

beforeEach(requireSshd)

describe('asks', () => {
  test('a host is contacted when it is first needed; then an ask is one round trip', async () => {
    const sshd = await startSshd()
    const connection = connectionTo(sshd)
    expect(connection.state).toEqual({ kind: 'idle' })
    expect(await connection.ask(':', askOptions)).toMatchObject({ ok: false, code: 'unreachable' })
    expect(sshd.logins).toBe(0)

    const states: string[] = []
    connection.onState((state) => states.push(state.kind))
    mustSucceed(await connection.ensure())
    expect(states).toEqual(['connecting', 'connected'])
    expect(connection.latencyMs).toBeGreaterThan(0)
    for (let number = 0; number < 300; number += 1) {
      expect(await say(connection, `echo ${number}`)).toBe(`${number}\n`)
    }
    expect(sshd.logins).toBe(1)
  })

  test('answers have every byte, and scripts any text', async () => {
    const connection = await connectedTo(await startSshd())
    const zeros = mustSucceed(await connection.ask('head -c 5000000 /dev/zero; exit 3', askOptions))
    expect(zeros.status).toBe(3)
    expect(zeros.output.equals(Buffer.alloc(5_000_000))).toBe(true)
    const text = `it's "any" $text \\ ~ \`x\`\n~.\n~C\n${"'".repeat(100_000)}\n`
    expect((await say(connection, `cat <<'E'\n${text}E\n`)) === text).toBe(true)
    expect(await connection.ask('a\0b', askOptions)).toMatchObject({ ok: false, code: 'bad_input' })
    expect(await say(connection, 'cat; cd /; exec >/dev/null; echo lost')).toBe('')
    expect(await say(connection, 'echo on')).toBe('on\n')
  })

  test('a hung ask ends at its limit, so does its command, and the others go on in their order', async () => {
    const sshd = await startSshd()
    const connection = await connectedTo(sshd)
    const shell = Number(await say(connection, 'echo $$'))
    const hung = connection.ask('sleep 600 | sleep 600', { timeoutMs: 1000 })
    const rest = ['one', 'two', 'three'].map((word) => connection.ask(`echo ${word}`, askOptions))
    expect(await hung).toMatchObject({ ok: false, code: 'timeout' })
    expect((await Promise.all(rest)).map(textOf)).toEqual(['one\n', 'two\n', 'three\n'])
    await until(() => membersOf(shell).length === 0, { what: 'the end of the hung commands' })
    expect(connection.state.kind).toBe('connected')
    expect(sshd.logins).toBe(1)
  })

  test('what has left the shell survives the end of a hung ask', async () => {
    const sshd = await startSshd()
    const connection = await connectedTo(sshd)
    const file = path.join(sshd.folder, 'pid')
    const start = `setsid setsid sh -c 'echo $$ >${file}; exec sleep 600' >/dev/null 2>&1; sleep 600`
    expect(await connection.ask(start, { timeoutMs: 1000 })).toMatchObject({ ok: false, code: 'timeout' })
    expect(await say(connection, 'echo on')).toBe('on\n')
    const survivor = Number(readFileSync(file, 'utf8'))
    expect(isAlive(survivor)).toBe(true)
    process.kill(survivor, 'SIGKILL')
  })

  test('what is too long is an error of the asker', async () => {
    const connection = await connectedTo(await startSshd())
    const result = await connection.ask('yes', { ...askOptions, maxBytes: 10_000 })
    expect(result).toMatchObject({ ok: false, code: 'failed' })
    expect(await say(connection, 'echo on')).toBe('on\n')
  })

  test('a slow ask holds nobody up', async () => {
    const sshd = await startSshd()
    const connection = await connectedTo(sshd)
    const go = path.join(sshd.folder, 'go')
    const slow = connection.ask(waitFor(go), { ...askOptions, lane: 'slow' })
    expect(await say(connection, 'echo quick')).toBe('quick\n')
    writeFileSync(go, '')
    expect(textOf(await slow)).toBe('slow\n')
  })

  test('where there is no room for slow asks, they go with the others', async () => {
    const sshd = await startSshd({ config: ['MaxSessions 1'] })
    const connection = await connectedTo(sshd)
    expect(textOf(await connection.ask('echo slow', { ...askOptions, lane: 'slow' }))).toBe('slow\n')
    const limited = await connectedTo(sshd, { maxParallel: 0 })
    expect(textOf(await limited.ask('echo slow', { ...askOptions, lane: 'slow' }))).toBe('slow\n')
  })

  test('what a shell was asked that is killed is unknown; the next gets a new shell', async () => {
    const connection = await connectedTo(await startSshd())
    expect(await connection.ask('kill -9 $$', askOptions)).toMatchObject({ ok: false, code: 'unreachable' })
    expect(await say(connection, 'echo on')).toBe('on\n')
    expect(connection.state.kind).toBe('connected')
  })
})

describe('streams', () => {
  test('have every byte, and as many as are read', async () => {
    const connection = await connectedTo(await startSshd())
    const { chunks } = mustSucceed(await connection.stream('head -c 20000000 /dev/zero; printf "it\'s the end"'))
    let size = 0
    let last = ''
    for await (const chunk of chunks) {
      size += chunk.length
      last = chunk.toString()
    }
    expect(size).toBe(20_000_012)
    expect(last).toMatch(/it's the end$/)
    expect(await say(connection, 'echo on')).toBe('on\n')
  })

  test('that nobody reads hold up neither asks nor other streams', async () => {
    const connection = await connectedTo(await startSshd())
    const unread = mustSucceed(await connection.stream('yes'))
    const read = mustSucceed(await connection.stream('head -c 20000000 /dev/zero'))
    let size = 0
    for await (const chunk of read.chunks) size += chunk.length
    expect(size).toBe(20_000_000)
    expect(await say(connection, 'echo on')).toBe('on\n')
    unread.close()
  })

  test('end there when they are closed here, also when they are silent', async () => {
    const connection = await connectedTo(await startSshd())
    const { stream, pid } = await silentStream(connection)
    stream.close()
    await until(() => membersOf(pid).length === 0, { what: 'the end of the command there' })
    expect(connection.state.kind).toBe('connected')
  })

  test('end there when the link is cut', async () => {
    const sshd = await startSshd()
    const connection = await connectedTo(sshd)
    const { stream, pid, rest } = await silentStream(connection)
    await sshd.cutConnections()
    expect(await rest).toBe('')
    await until(() => membersOf(pid).length === 0, { what: 'the end of the command there' })
    stream.close()
  })

  test.for([
    ['the host', ['MaxSessions 2'], {}],
    ['max_parallel', [], { maxParallel: 1 }],
  ] as const)('are no more than %s allows; asks go on', async ([, config, client]) => {
    const connection = await connectedTo(await startSshd({ config }), client)
    const { stream, pid } = await silentStream(connection)
    expect(await connection.stream(':')).toMatchObject({ ok: false, code: 'conflict' })
    expect(await say(connection, 'echo on')).toBe('on\n')
    stream.close()
    await until(() => membersOf(pid).length === 0, { what: 'the end of the stream' })
    const again = await until(
      async () => {
        const result = await connection.stream('echo again')
        return result.ok && result.value
      },
      { what: 'room for another stream' },
    )
    expect(await readAll(again)).toBe('again\n')
  })
})

const waitFor = (file: string): string => `until [ -e ${file} ]; do sleep 0.05; done; echo slow`

/** A stream that says no more than its pid; `rest` is all that comes after it. */
async function silentStream(connection: SshConnection) {
  const stream = mustSucceed(await connection.stream('echo $$; tail -f /dev/null'))
  const chunks = stream.chunks[Symbol.asyncIterator]()
  const pid = Number(String((await chunks.next()).value))
  await until(() => membersOf(pid).length >= 3, { what: 'the command there' })
  const rest = chunks.next().then(({ done, value }) => (done ? '' : String(value)))
  return { stream, pid, rest }
}

async function readAll({ chunks }: RemoteStream): Promise<string> {
  let text = ''
  for await (const chunk of chunks) text += chunk.toString()
  return text
}
