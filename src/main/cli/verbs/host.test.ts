import { describe, expect, test } from 'vitest'
import { cliSchema } from '../../../../test/helpers/cli-schema.ts'
import { runFake } from '../../../../test/helpers/fake-cli.ts'
import { rowStart } from '../../../../test/helpers/rows.ts'
import type { HostRow, HostState } from '../../../shared/domain/host.ts'
import { failure, success } from '../../../shared/domain/result.ts'

/** What the fake command line takes for now. */
const now = rowStart + 61_000
const key = { type: 'ED25519', fingerprint: `SHA256:${'a'.repeat(43)}` }

const hostRow = (changes: Partial<HostRow> = {}): HostRow => ({
  name: 'gpu-01',
  kind: 'ssh',
  from: 'config',
  state: { kind: 'connected', since: rowStart },
  address: 'me@10.0.0.7:22',
  latencyMs: 12.4,
  cores: 16,
  load1: 3.1,
  memory: { totalBytes: 2, usedBytes: 1 },
  gpus: [
    { index: 0, name: 'A100', utilisationPct: 38, memoryUsedBytes: 1, memoryTotalBytes: 2, temperatureC: 60 },
    { index: 1, name: 'A100', utilisationPct: null, memoryUsedBytes: null, memoryTotalBytes: null, temperatureC: null },
  ],
  processes: { total: 3, running: 2 },
  lastError: null,
  ...changes,
})
const idle = hostRow({
  name: 'lab',
  from: 'ssh-config',
  state: { kind: 'idle' },
  address: null,
  latencyMs: null,
  cores: null,
  load1: null,
  memory: null,
  gpus: [],
  processes: { total: 0, running: 0 },
})
const lost = hostRow({
  state: { kind: 'unreachable', since: rowStart, retryAt: now + 30_000 },
  latencyMs: null,
  lastError: { at: rowStart, message: 'No route to host', hint: 'Look at its network.' },
})
const refused = (because: 'authentication' | 'unknown-key' | 'changed-key' | 'unusable'): HostState => ({
  kind: 'refused',
  since: rowStart,
  because,
  key: because === 'unknown-key' ? key : null,
})

const issuesOf = (schema: string, text: string) => cliSchema(schema).safeParse(JSON.parse(text)).error?.issues ?? []

describe('host list', () => {
  const answers = { 'hosts.list': () => success([hostRow(), idle, lost]) }

  test('a line for each, in words', async () => {
    const { code, stdout } = await runFake(['host', 'list'], { answers })
    expect(code).toBe(0)
    const cells = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    expect(cells[0]).toEqual(['HOST', 'STATE', 'ADDRESS', 'LATENCY', 'LOAD', 'GPU', 'PROCESSES', 'LAST ERROR'])
    expect(cells[1]).toEqual([
      'gpu-01',
      expect.stringMatching(/^Connected since .*\d\d:\d\d$/),
      'me@10.0.0.7:22',
      '12 ms',
      '3.10/16',
      '2 (38 %, ?)',
      '2 of 3 processes running',
    ])
    expect(cells[2]).toEqual(['lab', 'Not used yet', '-', '-', '-', '-', 'none'])
    expect(stdout).toMatch(/Unreachable since .*, next try in 30 s .*No route to host$/m)
  })

  test('--json', async () => {
    const states = [refused('unknown-key'), { kind: 'reconnecting', since: 1, attempt: 2, retryAt: 3 } as const]
    const rows = [hostRow(), idle, lost, ...states.map((state) => hostRow({ state }))]
    const { stdout } = await runFake(['host', 'list', '--json'], { answers: { 'hosts.list': () => success(rows) } })
    expect(issuesOf('hosts', stdout)).toEqual([])
    expect(JSON.parse(stdout)[2]).toMatchObject({ name: 'gpu-01', state: 'unreachable', latency_ms: null })
    expect(JSON.parse(stdout)[3]).toMatchObject({ state: 'refused', refused_because: 'unknown-key', key })
  })
})

describe('host add', () => {
  const answers = { 'hosts.add': () => success(idle) }

  test('with settings of its own; the file is found from the current folder', async () => {
    const argv = ['host', 'add', 'lab', '--ssh-config', 'ssh/config', '--max-parallel', '4']
    const { code, stdout, stderr, calls } = await runFake(argv, { answers })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Added lab\n' })
    expect(stderr).toContain('procession host test lab')
    expect(calls).toEqual([{ method: 'hosts.add', input: { name: 'lab', sshConfig: '/w/ssh/config', maxParallel: 4 } }])
  })

  test('--json', async () => {
    const { stdout, stderr } = await runFake(['host', 'add', 'lab', '--json'], { answers })
    expect(issuesOf('host', stdout)).toEqual([])
    expect(stderr).toBe('')
  })
})

describe('host test', () => {
  const steps = [
    { what: 'Name', ok: true, detail: 'me@10.0.0.7:22' },
    { what: 'Host key', ok: false, detail: 'Not trusted yet' },
  ]
  const tested = (host: HostRow, ok = false) => ({ 'hosts.test': () => success({ host, ok, steps }) })

  test('every step with its mark, and how it failed', async () => {
    const host = hostRow({ state: refused('unknown-key') })
    const { code, stdout, stderr } = await runFake(['host', 'test', 'gpu-01'], { answers: tested(host) })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^ok +Name +me@10\.0\.0\.7:22\nfailed +Host key +Not trusted yet\n$/)
    expect(stderr).toContain('gpu-01 cannot be used: Host key: Not trusted yet')
    expect(stderr).toContain('procession host trust gpu-01')
  })

  test('one that does not answer: exit 7 and its own remedy', async () => {
    const { code, stderr } = await runFake(['host', 'test', 'gpu-01'], { answers: tested(lost) })
    expect(code).toBe(7)
    expect(stderr).toContain('Look at its network.')
  })

  test.each(['authentication', 'changed-key', 'unusable'] as const)('%s: exit 1 and what to do', async (because) => {
    const host = hostRow({ state: refused(because) })
    const { code, stderr } = await runFake(['host', 'test', 'gpu-01'], { answers: tested(host) })
    expect(code).toBe(1)
    expect(stderr.trimEnd().split('\n').length).toBeGreaterThan(1)
  })

  test('all is well', async () => {
    expect(await runFake(['host', 'test', 'gpu-01'], { answers: tested(hostRow(), true) })).toMatchObject({
      code: 0,
      stderr: '',
    })
  })

  test('--json', async () => {
    const { stdout } = await runFake(['host', 'test', 'gpu-01', '--json'], { answers: tested(lost) })
    expect(issuesOf('hostTest', stdout)).toEqual([])
  })
})

describe('host trust', () => {
  const answers = {
    'hosts.trust': ({ fingerprint }: { fingerprint: string | null }) => success({ key, trusted: fingerprint !== null }),
  }
  const inputsOf = (calls: readonly { readonly input: unknown }[]) => calls.map(({ input }) => input)
  const shown = { name: 'gpu-01', fingerprint: null }
  const trusted = { name: 'gpu-01', fingerprint: key.fingerprint }

  test('on a terminal it is shown and asked', async () => {
    const asked: string[] = []
    const confirm = (answer: boolean) => (question: string) => {
      asked.push(question)
      return answer
    }
    const yes = await runFake(['host', 'trust', 'gpu-01'], { answers, confirm: confirm(true) })
    expect(yes).toMatchObject({ code: 0, calls: [{ input: shown }, { input: trusted }] })
    expect(yes.stdout).toContain(`ED25519 ${key.fingerprint}`)
    expect(yes.stdout).toContain('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
    const no = await runFake(['host', 'trust', 'gpu-01'], { answers, confirm: confirm(false) })
    expect(no).toMatchObject({ code: 1, calls: [{ input: shown }] })
    expect(asked).toEqual(['Trust this key of gpu-01?', 'Trust this key of gpu-01?'])
  })

  test('in a script nothing is trusted unless it says so: exit 2, with the key', async () => {
    const { code, stdout, stderr, calls } = await runFake(['host', 'trust', 'gpu-01'], { answers })
    expect(code).toBe(2)
    expect(stdout).toContain(key.fingerprint)
    expect(stderr).toContain(`--fingerprint ${key.fingerprint}`)
    expect(inputsOf(calls)).toEqual([shown])
  })

  test('--yes trusts what it shows, --fingerprint nothing else', async () => {
    const yes = await runFake(['host', 'trust', 'gpu-01', '--yes'], { answers })
    expect(yes.code).toBe(0)
    expect(inputsOf(yes.calls)).toEqual([shown, trusted])
    const named = await runFake(['host', 'trust', 'gpu-01', '--fingerprint', 'a'.repeat(43)], { answers })
    expect(named.code).toBe(0)
    expect(inputsOf(named.calls)).toEqual([trusted])
  })

  test('--json: one object', async () => {
    for (const argv of [['--yes'], []]) {
      const { stdout } = await runFake(['host', 'trust', 'gpu-01', '--json', ...argv], { answers })
      expect(issuesOf('hostTrust', stdout)).toEqual([])
      expect(JSON.parse(stdout).trusted).toBe(argv.length > 0)
    }
  })

  test('a key that has changed: exit 5', async () => {
    const changed = { 'hosts.trust': () => failure('conflict', 'It shows another key', 'ssh-keygen -R gpu-01') }
    expect(await runFake(['host', 'trust', 'gpu-01', '--yes'], { answers: changed })).toMatchObject({ code: 5 })
  })

  test('a fingerprint that is none: exit 2, nobody is asked', async () => {
    const run = await runFake(['host', 'trust', 'gpu-01', '--fingerprint', 'MD5:aa'], { answers })
    expect(run).toMatchObject({ code: 2, calls: [] })
  })
})

test('host remove', async () => {
  const answers = { 'hosts.remove': () => success({}) }
  expect(await runFake(['host', 'remove', 'gpu-01'], { answers })).toMatchObject({
    code: 0,
    stdout: 'Removed gpu-01\n',
  })
  const { stdout } = await runFake(['host', 'remove', 'gpu-01', '--json'], { answers })
  expect(issuesOf('hostRemoved', stdout)).toEqual([])
})

test.each(['add', 'test', 'trust', 'remove'])(
  'host %s refuses a name that is none before anything is asked',
  async (verb) => {
    for (const name of ['a b', '$(reboot)', 'a;b', 'x'.repeat(300), '\u202egnp']) {
      const { code, stderr, calls } = await runFake(['host', verb, name])
      expect({ code, calls }).toEqual({ code: 2, calls: [] })
      expect(stderr).toContain('Not the name of a host')
    }
  },
)
