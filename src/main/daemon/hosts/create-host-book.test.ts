import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hostRowSchema, hostTestSchema, type RowsEvent } from '../../../shared/contract/schemas.ts'
import type { HostKey, HostState } from '../../../shared/domain/host.ts'
import { failure, type Result, success } from '../../../shared/domain/result.ts'
import type { Answer, SshConnection } from '../adapters/ssh/port.ts'
import { createHostBook, type HostBookParts, type LivingHostBook } from './create-host-book.ts'
import type { HostFacts } from './host-book.ts'

const key: HostKey = { type: 'ED25519', fingerprint: 'SHA256:abc' }
const answer = (text: string, status = 0): Result<Answer> => success({ status, output: Buffer.from(text) })

/** A connection that becomes what a test says. */
class FakeConnection implements SshConnection {
  readonly name: string
  state: HostState = { kind: 'idle' }
  latencyMs: number | null = null
  lastError: SshConnection['lastError'] = null
  next: HostState = { kind: 'connected', since: 1 }
  problem: Result<null> = success(null)
  insisted = 0
  closed = false
  answers: (script: string) => Result<Answer> | Promise<Result<Answer>> = () => answer('fine')
  readonly #listeners = new Set<(state: HostState) => void>()

  constructor(name: string) {
    this.name = name
  }

  become(state: HostState): void {
    this.state = state
    for (const listener of this.#listeners) listener(state)
  }

  onState(listener: (state: HostState) => void) {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async ensure({ insist = false } = {}) {
    if (insist) this.insisted += 1
    this.become(this.next)
    return this.problem
  }

  ask = async (script: string) => this.answers(script)
  stream = async () => failure('unsupported', 'no streams here')
  async close() {
    this.closed = true
  }
}

function lab() {
  const connections = new Map<string, FakeConnection>()
  const published: RowsEvent[] = []
  const resolved: string[] = []
  const facts = new Map<string, HostFacts>()
  const asked: string[] = []
  const state = {
    config: ['gpu-01'],
    ssh: ['gpu-01', 'lab'],
    processes: [] as { host: string; mayRun: boolean; isUp: boolean }[],
    watched: true,
    load: 1,
  }
  const connection = (name: string) => {
    const known = connections.get(name) ?? new FakeConnection(name)
    connections.set(name, known)
    return known
  }
  const parts: HostBookParts = {
    config: {
      names: () => state.config,
      add: ({ name }) => {
        if (state.config.includes(name)) return failure('conflict', 'It is there already.')
        state.config = [...state.config, name]
        return success(null)
      },
      remove: (name) => {
        state.config = state.config.filter((one) => one !== name)
        return success(null)
      },
    },
    processes: () => state.processes,
    sshNames: async () => state.ssh,
    links: {
      resolve: async (name) => {
        resolved.push(name)
        return name.includes('nowhere') ? failure('failed', 'No such name.') : success(`me@${name}:22`)
      },
      known: (name) => connections.get(name) ?? null,
      connection,
      unknownKey: async () => success(key),
      trustKey: async (_, fingerprint) =>
        fingerprint === key.fingerprint ? success(key) : failure('conflict', 'It shows another key now.'),
      forget: async (name) => {
        await connections.get(name)?.close()
        connections.delete(name)
      },
    },
    localFacts: () => ({ cores: 4, load1: state.load, memory: { totalBytes: 10, usedBytes: 5 }, gpus: [] }),
    factsOf: (name) => {
      asked.push(name)
      return facts.get(name) ?? null
    },
    askLocally: async () => answer('here'),
    gpus: {
      script: 'gpus',
      parse: (output) =>
        output === ''
          ? []
          : output.split(',').map((name, index) => ({
              index,
              name,
              utilisationPct: 1,
              memoryUsedBytes: 1,
              memoryTotalBytes: 2,
              temperatureC: null,
            })),
    },
    publish: (event) => published.push(event),
    isWatched: () => state.watched,
    now: () => Date.now(),
  }
  return { parts, state, published, resolved, facts, asked, connection, connections }
}

let open: LivingHostBook[] = []
function bookOf(one: ReturnType<typeof lab>): LivingHostBook {
  const book = createHostBook(one.parts)
  open.push(book)
  return book
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  for (const book of open) book.close()
  open = []
  vi.useRealTimers()
})

const never = new AbortController().signal
const namesOf = async (book: LivingHostBook) => (await book.list()).map(({ name, from }) => `${name} ${from}`)

describe('what is listed', () => {
  test('this machine, then names of the configuration, of processes and of ssh, each once; nobody is contacted', async () => {
    const one = lab()
    one.state.processes = [
      { host: 'used', mayRun: true, isUp: true },
      { host: 'used', mayRun: false, isUp: false },
      { host: 'local', mayRun: true, isUp: true },
      { host: 'gpu-01', mayRun: false, isUp: false },
    ]
    const book = bookOf(one)
    expect(await namesOf(book)).toEqual(['local local', 'gpu-01 config', 'used session', 'lab ssh-config'])
    const [local, gpu, used] = book.rows()
    expect(local).toMatchObject({ kind: 'local', cores: 4, processes: { total: 1, running: 1 } })
    expect(gpu).toMatchObject({ state: { kind: 'idle' }, processes: { total: 1, running: 0 } })
    expect(used?.processes).toEqual({ total: 2, running: 1 })
    expect(one.connections.size).toBe(0)
    for (const row of book.rows()) hostRowSchema.parse(row)
  })

  test('a connected one has what was measured there; one that was never contacted has nothing', async () => {
    const one = lab()
    one.facts.set('gpu-01', { cores: 64, load1: 2, memory: null, gpus: [] })
    const book = bookOf(one)
    expect((await book.list())[1]).toMatchObject({ cores: null, state: { kind: 'idle' } })
    Object.assign(one.connection('gpu-01'), { state: { kind: 'connected', since: 5 }, latencyMs: 12 })
    expect((await book.list())[1]).toMatchObject({ cores: 64, latencyMs: 12, state: { kind: 'connected', since: 5 } })
  })

  test('another machine is measured at the pace of the clock, however much happens', () => {
    const one = lab()
    Object.assign(one.connection('gpu-01'), { state: { kind: 'connected', since: 5 } })
    const book = bookOf(one)
    for (let step = 0; step < 10; step += 1) {
      book.changed()
      vi.advanceTimersByTime(200)
    }
    expect(one.asked).toEqual(['gpu-01'])
    one.state.watched = false
    vi.advanceTimersByTime(10_000)
    expect(one.asked).toHaveLength(1)
  })

  test('addresses are asked for one after the other, not for names that only ssh knows', async () => {
    const one = lab()
    one.state.config = ['gpu-01', 'gpu-02']
    const book = bookOf(one)
    await vi.waitFor(() => expect(one.resolved).toEqual(['gpu-01', 'gpu-02']))
    await vi.waitFor(() => expect(book.rows().map(({ address }) => address)).toContain('me@gpu-02:22'))
  })
})

describe('what readers are told', () => {
  test('measurements every two seconds while somebody watches, and not without', () => {
    const one = lab()
    bookOf(one)
    one.published.length = 0
    one.state.load = 2
    vi.advanceTimersByTime(2000)
    expect(one.published).toMatchObject([{ kind: 'host', host: { name: 'local', load1: 2 } }])
    vi.advanceTimersByTime(10_000)
    expect(one.published).toHaveLength(1)
    one.state.load = 3
    one.state.watched = false
    vi.advanceTimersByTime(10_000)
    expect(one.published).toHaveLength(1)
  })

  test('a state at once, whether or not somebody watches', () => {
    const one = lab()
    one.state.watched = false
    one.connection('gpu-01')
    bookOf(one)
    one.published.length = 0
    one.connection('gpu-01').become({ kind: 'unreachable', since: 1, retryAt: 2 })
    expect(one.published).toMatchObject([{ kind: 'host', host: { name: 'gpu-01', state: { kind: 'unreachable' } } }])
  })

  test('names that come and go', async () => {
    const one = lab()
    one.state.ssh = ['lab']
    const book = bookOf(one)
    await book.list()
    book.changed()
    vi.advanceTimersByTime(100)
    one.published.length = 0
    one.state.config = []
    one.state.ssh = []
    one.state.processes = [{ host: 'new', mayRun: true, isUp: true }]
    book.changed()
    book.changed()
    vi.advanceTimersByTime(100)
    expect(one.published).toMatchObject([
      { kind: 'host-removed', name: 'gpu-01' },
      { kind: 'host', host: { name: 'new' } },
    ])
    await vi.advanceTimersByTimeAsync(13_000)
    expect(one.published).toContainEqual({ kind: 'host-removed', name: 'lab' })
  })
})

describe('adding and removing', () => {
  test('an added host is listed and told at once', () => {
    const one = lab()
    const book = bookOf(one)
    expect(book.add({ name: 'new', sshConfig: null, maxParallel: null })).toMatchObject({
      value: { name: 'new', from: 'config' },
    })
    expect(one.published).toContainEqual(expect.objectContaining({ host: expect.objectContaining({ name: 'new' }) }))
    expect(book.add({ name: 'new', sshConfig: null, maxParallel: null })).toMatchObject({ code: 'conflict' })
    expect(book.add({ name: 'localhost', sshConfig: null, maxParallel: null })).toMatchObject({ code: 'bad_input' })
  })

  test('not while processes may run there', async () => {
    const one = lab()
    one.state.processes = [{ host: 'gpu-01', mayRun: true, isUp: false }]
    const book = bookOf(one)
    expect(await book.remove('gpu-01')).toMatchObject({
      code: 'conflict',
      message: '1 process may run on gpu-01.',
    })
    one.state.processes = [{ host: 'gpu-01', mayRun: false, isUp: false }]
    const connection = one.connection('gpu-01')
    expect(await book.remove('gpu-01')).toMatchObject({ ok: true })
    expect(connection.closed).toBe(true)
    expect(await namesOf(book)).toEqual(['local local', 'gpu-01 session', 'lab ssh-config'])
  })

  test('what config.yaml does not list says where it stands', async () => {
    const one = lab()
    one.state.processes = [{ host: 'used', mayRun: false, isUp: false }]
    const book = bookOf(one)
    expect(await book.remove('lab')).toMatchObject({ code: 'not_found', message: expect.stringContaining('ssh') })
    expect(await book.remove('used')).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('processes'),
    })
    expect(await book.remove('none')).toMatchObject({ code: 'not_found' })
    expect(await book.remove('local')).toMatchObject({ code: 'bad_input' })
  })
})

describe('a test', () => {
  const stepsOf = async (one: ReturnType<typeof lab>, name = 'gpu-01') => {
    const tested = await bookOf(one).test(name, never)
    if (!tested.ok) throw new Error(tested.message)
    hostTestSchema.parse(tested.value)
    return {
      ok: tested.value.ok,
      steps: tested.value.steps.map(({ what, ok, detail }) => `${ok ? '+' : '-'} ${what}: ${detail}`),
    }
  }

  test('names every step that works', async () => {
    const one = lab()
    one.connection('gpu-01').answers = (script) => (script === 'gpus' ? answer('A100,A100,T4') : answer('/bin/dash\n'))
    const { ok, steps } = await stepsOf(one)
    expect(ok).toBe(true)
    expect(steps.map((step) => step.replace(/[\d.]+ ms/, 'N ms'))).toEqual([
      '+ Name: me@gpu-01:22',
      '+ Host key: Listed in known_hosts',
      '+ Connection: Logged in',
      '+ Shell: /bin/dash',
      '+ /proc: /bin/dash',
      '+ State folder: /bin/dash',
      '+ Latency: N ms',
      '+ GPU: 3 GPUs: 2 × A100, 1 × T4',
    ])
    expect(one.connection('gpu-01').insisted).toBe(1)
  })

  test('a machine without a GPU passes', async () => {
    const one = lab()
    one.connection('gpu-01').answers = (script) => (script === 'gpus' ? answer('', 127) : answer('x'))
    const { ok, steps } = await stepsOf(one)
    expect(ok).toBe(true)
    expect(steps.at(-1)).toBe('+ GPU: No NVIDIA GPU found (nvidia-smi: not found)')
  })

  test.each<[string, (connection: FakeConnection) => void, string]>([
    [
      'an unknown key',
      (connection) => {
        connection.next = { kind: 'refused', since: 1, because: 'unknown-key', key }
        connection.problem = failure('not_permitted', 'The key is not known.')
      },
      '- Host key: Not trusted yet (ED25519 SHA256:abc). Compare it, then trust it',
    ],
    [
      'a changed key',
      (connection) => {
        connection.next = { kind: 'refused', since: 1, because: 'changed-key', key: null }
        connection.problem = failure('not_permitted', 'The key has changed.')
      },
      '- Host key: Another key than the one in known_hosts',
    ],
    [
      'a login that was refused',
      (connection) => {
        connection.next = { kind: 'refused', since: 1, because: 'authentication', key: null }
        connection.problem = failure('not_permitted', 'The login was refused.', 'Check ssh-add -l')
      },
      '- Connection: The login was refused. Check ssh-add -l',
    ],
    [
      'a machine that does not answer',
      (connection) => {
        connection.next = { kind: 'unreachable', since: 1, retryAt: 2 }
        connection.problem = failure('unreachable', 'gpu-01 does not answer.')
      },
      '- Connection: gpu-01 does not answer.',
    ],
    [
      'a folder that cannot be written',
      (connection) => {
        connection.answers = (script) => (script.includes('mkdir') ? answer('', 1) : answer('x'))
      },
      '- State folder: The folder for logs and records cannot be written',
    ],
    [
      'a shell that hangs',
      (connection) => {
        connection.answers = () => failure('timeout', 'No answer within 10 s.')
      },
      '- Shell: No answer within 10 s.',
    ],
  ])('%s is the last step', async (_, prepare, last) => {
    const one = lab()
    prepare(one.connection('gpu-01'))
    const { ok, steps } = await stepsOf(one)
    expect(ok).toBe(false)
    expect(steps.at(-1)).toBe(last)
  })

  test('a name that does not resolve is as far as it goes', async () => {
    const one = lab()
    expect(await stepsOf(one, 'nowhere')).toEqual({ ok: false, steps: ['- Name: No such name.'] })
    expect(one.connections.size).toBe(0)
  })

  test('this machine', async () => {
    expect(await stepsOf(lab(), 'local')).toEqual({
      ok: true,
      steps: ['+ Shell: here', '+ /proc: here', '+ GPU: 1 GPU: 1 × here'],
    })
  })

  test('can be cancelled while it waits', async () => {
    const one = lab()
    one.connection('gpu-01').answers = () => new Promise(() => {})
    const cancel = new AbortController()
    const tested = bookOf(one).test('gpu-01', cancel.signal)
    cancel.abort()
    expect(await tested).toMatchObject({ code: 'cancelled' })
  })
})

describe('trusting a key', () => {
  test('shows it first, trusts that very one, and connects', async () => {
    const one = lab()
    const book = bookOf(one)
    expect(await book.trust('gpu-01', null)).toEqual({ ok: true, value: { key, trusted: false } })
    expect(await book.trust('gpu-01', 'SHA256:other')).toMatchObject({ code: 'conflict' })
    expect(one.connections.size).toBe(0)
    expect(await book.trust('gpu-01', key.fingerprint)).toEqual({ ok: true, value: { key, trusted: true } })
    expect(one.connection('gpu-01')).toMatchObject({ insisted: 1, state: { kind: 'connected' } })
    expect(await book.trust('local', null)).toMatchObject({ code: 'bad_input' })
  })
})
