import { expect, test } from 'vitest'
import { localRow } from '../../../../../test/helpers/host-rows.ts'
import { rpcLab } from '../../../../../test/helpers/rpc-lab.ts'
import { until } from '../../../../../test/helpers/until.ts'
import { protocolVersion } from '../../../../shared/contract/protocol.ts'
import { failure, success } from '../../../../shared/domain/result.ts'

const noRows = { sessions: [], processes: [], dependences: [], hosts: [] }

test('a call brings the input to its handler, with defaults, and the value back', async () => {
  const inputs: unknown[] = []
  await using lab = await rpcLab({
    'process.start': async (input) => {
      inputs.push(input)
      return failure('conflict', 'It runs already.', 'Stop it first.')
    },
    'rows.list': async () => success({ ...noRows, hosts: [localRow()] }),
  })
  const client = lab.client()
  expect(await client.up).toEqual(success(undefined))
  expect(await client.call('rows.list', {})).toEqual(success({ ...noRows, hosts: [localRow()] }))
  expect(await client.call('process.start', { workspace: '/w', argv: ['true'] })).toEqual(
    failure('conflict', 'It runs already.', 'Stop it first.'),
  )
  expect(inputs).toMatchObject([{ workspace: '/w', argv: ['true'], args: [], env: {}, force: false, launch: true }])
})

test('answers come back to their calls in whatever order they are ready', async () => {
  const first = Promise.withResolvers<void>()
  await using lab = await rpcLab({
    'process.show': async () => {
      await first.promise
      return failure('not_found', 'late')
    },
    'rows.list': async () => success(noRows),
  })
  const client = lab.client()
  await client.up
  const late = client.call('process.show', { id: 'a' })
  expect(await client.call('rows.list', {})).toEqual(success(noRows))
  first.resolve()
  expect(await late).toEqual(failure('not_found', 'late'))
})

test('a disk that is full is named as the reason, wherever it is noticed', async () => {
  await using lab = await rpcLab({
    'rows.list': async () => {
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
    },
  })
  const client = lab.client()
  await client.up
  expect(await client.call('rows.list', {})).toEqual(
    failure('failed', 'The daemon could not store this: the disk is full.', 'Free some space, then try again.'),
  )
})

test('a handler that throws is logged with its cause, which does not leave the daemon', async () => {
  const cause = new Error('password=hunter2')
  await using lab = await rpcLab({
    'rows.list': async () => {
      throw new Error('broken', { cause })
    },
  })
  const client = lab.client()
  await client.up
  const result = await client.call('rows.list', {})
  expect(result).toMatchObject({ ok: false, code: 'internal' })
  expect(JSON.stringify(result)).not.toMatch(/broken|hunter2/)
  expect(lab.log).toEqual([
    {
      fields: { method: 'rows.list', err: expect.objectContaining({ message: 'broken', cause }) },
      message: expect.any(String),
    },
  ])
})

test.each([
  ['a wrong type', { targets: [{ id: 'a' }], now: 'yes', wait: true }, /^process\.stop: now: .*expected boolean/],
  [
    'a member of a list',
    { targets: [{ id: 'a' }, { id: 7 }], now: true, wait: true },
    /targets\.1\.id: .*expected string/,
  ],
  ['an unknown field', { targets: [{ id: 'a' }], now: true, wait: true, what: 1 }, /"what"/],
  ['too little', { targets: [], now: true, wait: true }, /targets: nothing is given/],
])('an input with %s is refused by field and reason', async (_, input, message) => {
  await using lab = await rpcLab({})
  const client = lab.client()
  await client.up
  expect(await client.call('process.stop', input as never)).toMatchObject({
    ok: false,
    code: 'bad_input',
    message: expect.stringMatching(message),
  })
})

test.each([
  ['a call of nothing', { t: 'call', id: 1, m: 'rows.fly', p: {} }],
  ['a call of something inherited', { t: 'call', id: 1, m: 'constructor', p: {} }],
  ['a call of a feed', { t: 'call', id: 1, m: 'rows.watch', p: {} }],
  ['a feed of a call', { t: 'open', id: 1, m: 'rows.list', p: {}, after: null, credit: 8 }],
])('%s is an unknown method', async (_, message) => {
  await using lab = await rpcLab({})
  const raw = await lab.raw()
  raw.send({ t: 'hello', protocol: protocolVersion })
  raw.send(message)
  await until(() => raw.received.length === 2, { what: 'the answer' })
  expect(raw.received[1]).toMatchObject({ t: 'err', id: 1, code: 'unknown_method' })
})

test('cancelling a call reaches its handler', async () => {
  const signals: AbortSignal[] = []
  await using lab = await rpcLab({
    'rows.list': (_, { signal }) =>
      new Promise((resolve) => {
        signals.push(signal)
        signal.addEventListener('abort', () => resolve(success(noRows)))
      }),
  })
  const client = lab.client()
  await client.up
  const cancel = new AbortController()
  const call = client.call('rows.list', {}, { signal: cancel.signal })
  await until(() => signals.length === 1, { what: 'the handler' })
  cancel.abort()
  expect(await call).toMatchObject({ ok: false, code: 'cancelled' })
  await until(() => signals[0]?.aborted, { what: 'the signal' })
  expect(await client.call('rows.list', {}, { signal: cancel.signal })).toMatchObject({ code: 'cancelled' })
})

test('a call in flight fails as disconnected when the connection is lost, and its handler is told', async () => {
  const signals: AbortSignal[] = []
  await using lab = await rpcLab({
    'rows.list': (_, { signal }) =>
      new Promise(() => {
        signals.push(signal)
      }),
  })
  const client = lab.client()
  await client.up
  const call = client.call('rows.list', {})
  await until(() => signals.length === 1, { what: 'the handler' })
  lab.dropConnections()
  expect(await call).toMatchObject({ ok: false, code: 'disconnected' })
  await until(() => signals[0]?.aborted, { what: 'the signal' })
})

test('more than 256 requests at once are refused on one connection, and room is made by those that end', async () => {
  const open: (() => void)[] = []
  await using lab = await rpcLab({
    'rows.list': () => new Promise((resolve) => open.push(() => resolve(success(noRows)))),
  })
  const client = lab.client()
  await client.up
  const calls = Array.from({ length: 256 }, () => client.call('rows.list', {}))
  await until(() => open.length === 256, { what: 'all handlers' })
  expect(await client.call('rows.list', {})).toMatchObject({ ok: false, code: 'failed' })
  for (const finish of open) finish()
  await Promise.all(calls)
  const again = client.call('rows.list', {})
  await until(() => open.length === 257, { what: 'the next handler' })
  open.at(-1)?.()
  expect(await again).toEqual(success(noRows))
})

test('an input too long for a message is refused without being sent', async () => {
  await using lab = await rpcLab({ 'rows.list': async () => success(noRows) })
  const client = lab.client()
  await client.up
  const env = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`K${index}`, 'x'.repeat(100_000)]))
  expect(await client.call('process.start', { workspace: '/w', argv: ['true'], env })).toMatchObject({
    code: 'bad_input',
  })
  expect(await client.call('rows.list', {})).toEqual(success(noRows))
})
