import { expect, test } from 'vitest'
import { runFake } from '../../../../test/helpers/fake-cli.ts'
import { processRow, rowStart, sessionRow, upLife } from '../../../../test/helpers/rows.ts'
import { failure, success } from '../../../shared/domain/result.ts'
import { consentNeeded } from '../../../shared/text/refusals.ts'

const blocked = processRow({
  id: 'child',
  alias: 'master.trader',
  name: 'cuddly-sister',
  life: { kind: 'blocked', since: rowStart, isRestart: true },
  waitingFor: [
    {
      kind: 'parent',
      id: 'parent',
      name: 'master.tws',
      required: { kind: 'state', label: 'operative' },
      now: 'starting',
    },
  ],
})

const activated = (alreadyActive = false) =>
  success({ session: sessionRow(), alreadyActive, processes: [processRow(), blocked], adopted: ['master.tws'] })

test('activate: what was found, and a table that says in words what is waited for', async () => {
  const { code, stdout, stderr, calls } = await runFake(['session', 'activate'], {
    answers: { 'sessions.activate': () => activated() },
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^Activated session atlas\nFound running: master.tws\nALIAS /)
  expect(stdout).toMatch(/master\.trader .*Waiting.*Waits for master\.tws to be operative \(now starting\)/)
  expect(calls).toEqual([{ method: 'sessions.activate', input: { workspace: '/w', yes: false } }])
})

test.each([
  ['behind the verb', ['sub']],
  ['after -p', ['-p', 'sub']],
  ['after --path', ['--path', '/w/sub']],
])('activate takes a folder %s', async (_, argv) => {
  const { stdout, calls } = await runFake(['session', 'activate', ...argv], {
    answers: { 'sessions.activate': () => activated(true) },
  })
  expect(stdout).toContain('Session atlas is already active')
  expect(calls[0]?.input).toEqual({ workspace: '/w/sub', yes: false })
})

test.each(['activate', 'deactivate'])('%s with two folders is refused', async (verb) => {
  expect(await runFake(['session', verb, 'one', '-p', 'two'])).toMatchObject({ code: 2, calls: [] })
})

test('activate --json', async () => {
  const { stdout } = await runFake(['session', 'activate', '--json'], {
    answers: { 'sessions.activate': () => activated(true) },
  })
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'atlas',
    active: true,
    already_active: true,
    adopted: ['master.tws'],
    processes: [
      { alias: 'master.tws', life: 'up' },
      { alias: 'master.trader', life: 'blocked', waiting_for: ['master.tws:operative'] },
    ],
  })
})

const foreign = {
  'sessions.activate': ({ yes }: { yes: boolean }) =>
    yes ? activated() : consentNeeded('atlas would run:\nmaster.tws: /opt/tws'),
}

test('a foreign workspace: without a terminal it is refused and says how', async () => {
  const { code, stdout, stderr } = await runFake(['session', 'activate'], { answers: foreign })
  expect({ code, stdout }).toEqual({ code: 5, stdout: '' })
  expect(stderr).toMatch(/master\.tws: \/opt\/tws[\s\S]*session activate --yes/)
})

test('a foreign workspace: on a terminal it shows what it would run and asks', async () => {
  const asked: string[] = []
  const answer = (yes: boolean) => (question: string) => {
    asked.push(question)
    return yes
  }
  const yes = await runFake(['session', 'activate'], { answers: foreign, confirm: answer(true) })
  expect(yes.code).toBe(0)
  expect(yes.stderr).toBe('atlas would run:\nmaster.tws: /opt/tws\n')
  expect(yes.calls.map((call) => call.input)).toEqual([
    { workspace: '/w', yes: false },
    { workspace: '/w', yes: true },
  ])
  const no = await runFake(['session', 'activate'], { answers: foreign, confirm: answer(false) })
  expect(no).toMatchObject({ code: 5, stdout: '' })
  expect(no.stderr).toMatch(/tws\nprocession: Nothing was activated\n$/)
  expect(asked).toEqual(['Activate it?', 'Activate it?'])
})

test('--yes does not ask, and no other conflict asks', async () => {
  const confirm = () => {
    throw new Error('asked')
  }
  expect(await runFake(['session', 'activate', '--yes'], { answers: foreign, confirm })).toMatchObject({ code: 0 })
  const answers = { 'sessions.activate': () => failure('conflict', 'Held by another daemon') }
  expect(await runFake(['session', 'activate'], { answers, confirm })).toMatchObject({ code: 5 })
})

test('deactivate: the table, and exit 1 that names the survivors', async () => {
  const session = sessionRow({ active: false })
  const down = processRow({ life: { kind: 'down', since: 0, reason: 'Stopped with the session' } })
  const stuck = processRow({ alias: 'stuck', life: upLife(8) })
  const ended = { session, processes: [down], survivors: [] }
  const clean = await runFake(['session', 'deactivate', '-p', '/x'], {
    answers: { 'sessions.deactivate': () => success(ended) },
  })
  expect(clean).toMatchObject({ code: 0, stderr: '', calls: [{ input: { workspace: '/x' } }] })
  expect(clean.stdout).toMatch(/^Deactivated session atlas\nALIAS [\s\S]*Stopped with the session/)

  const survived = { session, processes: [down, stuck], survivors: [{ name: 'stuck', pids: [8] }] }
  const answers = { 'sessions.deactivate': () => success(survived) }
  const dirty = await runFake(['session', 'deactivate'], { answers })
  expect(dirty.code).toBe(1)
  expect(dirty.stderr).toContain('stuck could not be stopped: still alive: 8')
  const json = await runFake(['session', 'deactivate', '--json'], { answers })
  expect(JSON.parse(json.stdout)).toMatchObject({ active: false, survivors: [{ name: 'stuck', pids: [8] }] })
})
