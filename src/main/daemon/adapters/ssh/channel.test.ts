import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findCommand } from '../../../../../scripts/lib/system-packages.mjs'
import { isAlive, membersOf } from '../../../../../test/helpers/process-groups.ts'
import { requireParts, skipOrFail } from '../../../../../test/helpers/real-parts.ts'
import { until } from '../../../../../test/helpers/until.ts'
import { type Channel, openChannel } from './channel.ts'
import { spawnSession } from './session.ts'
import { openStream } from './stream.ts'

/** A shell of this machine in the place of one behind ssh: the pipes are the same. */
const shells: Record<string, readonly string[]> = {
  dash: ['dash'],
  bash: ['bash'],
  'bash --posix': ['bash', '--posix'],
  busybox: ['busybox', 'sh'],
}
const limits = { timeoutMs: 20_000, maxBytes: 8 << 20 }
const openLimitMs = 20_000

/** bash reads a script from a pipe byte by byte, which a loaded machine takes its time for. */
const testTimeoutMs = 30_000

function start(argv: readonly string[]) {
  const session = spawnSession(argv, process.env)
  onTestFinished(async () => {
    // It leads a group, in which a command may hang.
    for (const pid of membersOf(session.pid ?? 0)) process.kill(pid, 'SIGKILL')
    session.kill()
    await session.ended
  })
  return session
}

async function open(argv: readonly string[]): Promise<Channel> {
  const opening = await openChannel(start(argv), openLimitMs)
  if (opening.kind !== 'open') throw new Error(`the channel is ${JSON.stringify(opening)}`)
  return opening.channel
}

async function answerOf(channel: Channel, script: string): Promise<{ status: number; output: Buffer }> {
  const reply = await channel.ask(script, limits)
  if (reply.kind !== 'answer') throw new Error(`the reply is ${reply.kind}`)
  return reply.answer
}

async function say(channel: Channel, script: string): Promise<string> {
  return (await answerOf(channel, script)).output.toString()
}

describe.each(Object.entries(shells))('in %s', { timeout: testTimeoutMs }, (name, argv) => {
  test('answers have their status and every byte', async (context) => {
    requireShell(context, name)
    const channel = await open(argv)
    expect(await answerOf(channel, 'printf hello; exit 7')).toEqual({ status: 7, output: Buffer.from('hello') })
    expect(await answerOf(channel, ':')).toEqual({ status: 0, output: Buffer.alloc(0) })
    expect(await say(channel, 'printf "\\n\\n"')).toBe('\n\n')
    expect(await answerOf(channel, 'kill -9 $(sh -c "echo \\$PPID")')).toMatchObject({ status: 137 })
    expect(await say(channel, 'head -c 300000 /dev/zero')).toBe('\0'.repeat(300_000))
  })

  test('binary and large answers come back as they are', async (context) => {
    requireShell(context, name)
    const channel = await open(argv)
    const bytes = randomBytes(30_000)
    const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
    expect((await answerOf(channel, `printf '${octal}'`)).output.equals(bytes)).toBe(true)
    const large = await say(
      channel,
      'i=0; while [ $i -lt 20000 ]; do echo "line $i of a long answer"; i=$((i+1)); done',
    )
    expect(large.split('\n').length).toBe(20_001)
  })

  test('whatever a script does stays inside it', async (context) => {
    requireShell(context, name)
    const channel = await open(argv)
    expect(await say(channel, 'cd /; x=1; exec >&2; exit 3')).toBe('')
    expect(await say(channel, 'echo "[$x]"')).toBe('[]\n')
    expect((await answerOf(channel, 'if; then (')).status).toBeGreaterThan(0)
    expect((await answerOf(channel, "echo 'open")).status).toBeGreaterThan(0)
    expect(await say(channel, 'cat; read -r x || echo end')).toBe('end\n')
    expect(await say(channel, 'set -e; false; echo never')).toBe('')
    expect(await say(channel, 'echo still here')).toBe('still here\n')
  })

  test('what runs in the shell itself is answered like any other, and its failures end nothing', async (context) => {
    requireShell(context, name)
    const channel = await open(argv)
    const inShell = async (script: string) => {
      const reply = await channel.ask(script, { ...limits, inShell: true })
      if (reply.kind !== 'answer') throw new Error(`the reply to ${script} is ${reply.kind}`)
      return [reply.answer.status === 0, reply.answer.output.toString()]
    }
    expect(await inShell(':')).toEqual([true, ''])
    expect(await inShell('false')).toEqual([false, ''])
    expect(await inShell('procession_line=; read -r procession_line; echo "[$procession_line]"')).toEqual([
      true,
      '[]\n',
    ])
    expect(await inShell('read -r procession_line </nowhere; kill -s TERM 999999999')).toEqual([false, ''])
    expect(await inShell('echo $$')).toEqual([true, `${channel.shell.pid}\n`])
    expect(await say(channel, 'echo "still here"')).toBe('still here\n')
  })

  test('scripts may hold any text and be long', async (context) => {
    requireShell(context, name)
    const channel = await open(argv)
    const text = `it's "quoted" \\ $HOME \`id\` !! %s \u00fc\n\n  <<EOF\nEOF\n`
    expect(await say(channel, `cat <<'END'\n${text}END\n`)).toBe(text)
    const long = "'\n".repeat(100_000)
    expect((await answerOf(channel, `cat <<'END'\n${long}END`)).output.toString() === long).toBe(true)
  })

  test('a hung ask ends at its limit', async (context) => {
    requireShell(context, name)
    const channel = await open(argv)
    expect(await channel.ask('sleep 600', { ...limits, timeoutMs: 50 })).toEqual({ kind: 'timeout' })
  })

  test('a shell that ends, ends what was asked', async (context) => {
    requireShell(context, name)
    const channel = await open(argv)
    expect(await channel.ask('kill -9 $$', limits)).toEqual({ kind: 'ended' })
    expect(await channel.ask(':', limits)).toEqual({ kind: 'ended' })
  })

  test('its facts are those of the shell', async (context) => {
    requireShell(context, name)
    const { shell } = await open(argv)
    expect(isAlive(shell.pid)).toBe(true)
    expect(shell.leadsGroup).toBe(true)
    expect(shell.startTime).toMatch(/^\d+$/)
  })

  test('a stream carries its bytes, then ends', async (context) => {
    requireShell(context, name)
    const stream = await openedStream(argv, "printf 'one\\n'; cat; printf 'it'\\''s\\n\\000'")
    expect(await textOf(stream.chunks)).toBe("one\nit's\n\0")
  })

  test('closing a stream ends all that it runs, a silent command too', async (context) => {
    requireShell(context, name)
    const stream = await openedStream(argv, 'echo $$; tail -f /dev/null | sleep 600 & tail -f /dev/null')
    const chunks = stream.chunks[Symbol.asyncIterator]()
    const pid = Number(String((await chunks.next()).value))
    await until(() => membersOf(pid).length >= 5, { what: 'the commands of the stream' })
    stream.close()
    expect((await chunks.next()).done).toBe(true)
    await until(() => membersOf(pid).length === 0, { what: 'the end of the commands' })
  })
})

test('a log-in may write what it likes first', async () => {
  const channel = await open([
    'sh',
    '-c',
    'head -c 20000 /dev/urandom; echo; echo welcome 0; printf "no newline"; exec sh',
  ])
  expect(await say(channel, 'echo clean')).toBe('clean\n')
  const stream = await openedStream(['sh', '-c', 'echo welcome; exec sh'], 'echo clean')
  expect(await textOf(stream.chunks)).toBe('clean\n')
})

test('a log-in that is no shell is quoted', async () => {
  const opening = await openChannel(
    start(['sh', '-c', 'echo This account is closed.; echo oh >&2; exit 1']),
    openLimitMs,
  )
  expect(opening).toEqual({ kind: 'ended', code: 1, errors: 'oh\n', words: 'This account is closed.\n' })
})

test('one that says nothing is not waited for for ever', async () => {
  expect(await openChannel(start(['sleep', '600']), 50)).toEqual({ kind: 'silent' })
  expect(await openStream(start(['sleep', '600']), ':', 50)).toEqual({ kind: 'silent' })
})

test('a program that is not there is told', async () => {
  const session = start(['/nowhere/ssh'])
  expect(await session.ended).toEqual({ code: null, isMissing: true })
  expect(await openChannel(session, openLimitMs)).toMatchObject({
    kind: 'ended',
    code: null,
    errors: expect.stringContaining('ENOENT'),
  })
})

test('more than was allowed is no answer', async () => {
  const channel = await open(['sh'])
  expect(await channel.ask('yes', { ...limits, maxBytes: 100_000 })).toEqual({ kind: 'too-long' })
})

test('a slow reader slows the command of a stream down', async () => {
  const stream = await openedStream(['sh'], 'echo $$; exec yes')
  const chunks = stream.chunks[Symbol.asyncIterator]()
  const pid = Number.parseInt(String((await chunks.next()).value), 10)
  let before = -1
  await until(
    () => {
      const written = writtenBy(pid)
      const hasStopped = written === before
      before = written
      return hasStopped
    },
    { what: 'the command to wait for its reader' },
  )
  stream.close()
})

const requireShell = (context: Parameters<typeof requireParts>[0], name: string): void => {
  if (name === 'busybox') requireParts(context, 'busybox')
  else if (findCommand(name.split(' ')[0] ?? '') === null) skipOrFail(context, `needs ${name}`)
}

async function openedStream(argv: readonly string[], script: string) {
  const opening = await openStream(start(argv), script, openLimitMs)
  if (opening.kind !== 'open') throw new Error(`the stream is ${JSON.stringify(opening)}`)
  return opening.stream
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts).toString()
}

/** Bytes that the living processes of a group have written, from proc_pid_io(5). */
const writtenBy = (group: number): number =>
  membersOf(group)
    .map((pid) => Number(/^wchar: (\d+)$/m.exec(readQuietly(`/proc/${pid}/io`))?.[1] ?? 0))
    .reduce((sum, bytes) => sum + bytes, 0)

/** Empty where the process has ended in this moment. */
function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
