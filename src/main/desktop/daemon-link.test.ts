import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { type DaemonLab, daemonLab, stubDaemon } from '../../../test/helpers/stub-daemon.ts'
import { until } from '../../../test/helpers/until.ts'
import type { DaemonLinkState } from '../../shared/commands/commands.ts'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import { type DaemonLaunch, ensureDaemon } from '../carrier/daemon-process.ts'
import { createDaemonLink } from './daemon-link.ts'
import { maxRestarts } from './start-budget.ts'

/** Each start that fails makes the client wait longer for the next one; all together about seven seconds. */
const testTimeoutMs = 40_000

function openLink({ launch }: DaemonLab, find: () => Result<DaemonLaunch> = () => success(launch)) {
  const states: DaemonLinkState[] = []
  const link = createDaemonLink({
    places: launch.places,
    launch: find,
    onChange: () => {
      if (states.at(-1) !== link.state) states.push(link.state)
    },
  })
  return {
    link,
    states,
    reaches: (kind: DaemonLinkState['kind']) =>
      until(() => link.state.kind === kind, { what: `the state ${kind}`, timeoutMs: testTimeoutMs }),
    [Symbol.dispose]: () => link.close(),
  }
}

async function pidOf({ link }: ReturnType<typeof openLink>): Promise<number> {
  const status = await until(
    async () => {
      const answer = await link.call('daemon.status', {})
      return answer.ok && answer.value
    },
    { what: 'an answer of the daemon' },
  )
  return status.pid
}

test('starts the daemon, and starts it again when it ends', { timeout: testTimeoutMs }, async () => {
  await using lab = await daemonLab()
  using desktop = openLink(lab)
  expect(desktop.link.state).toEqual({ kind: 'connecting' })
  await desktop.reaches('connected')
  const first = await pidOf(desktop)
  process.kill(first, 'SIGKILL')
  await until(async () => (await pidOf(desktop)) !== first, { what: 'another daemon' })
  expect(desktop.states).toEqual([
    { kind: 'connected' },
    { kind: 'connecting' },
    { kind: 'restarting', attempt: 1 },
    { kind: 'connected' },
  ])
})

test('uses a daemon that runs already', async () => {
  await using lab = await daemonLab()
  await ensureDaemon(lab.launch)
  using desktop = openLink(lab)
  await desktop.reaches('connected')
  expect(await lab.startedPids()).toHaveLength(1)
})

test('gives up after five restarts and says why, yet finds a daemon of others', {
  timeout: testTimeoutMs,
}, async () => {
  await using lab = await daemonLab(failingDaemon)
  using desktop = openLink(lab)
  await desktop.reaches('gave-up')
  expect(desktop.link.state).toMatchObject({
    message: expect.stringContaining('The disk is full'),
    hint: expect.stringContaining(lab.launch.places.log),
  })
  expect(await lab.startedPids()).toHaveLength(1 + maxRestarts)
  await writeFile(lab.launch.entry, stubDaemon)
  expect(await ensureDaemon(lab.launch)).toMatchObject({ ok: true })
  await desktop.reaches('connected')
})

test('says at once when there is nothing to start the daemon with, and notices when there is', async () => {
  await using lab = await daemonLab()
  let found: Result<DaemonLaunch> = failure('unreachable', 'No Node 24', 'Install it')
  using desktop = openLink(lab, () => found)
  await desktop.reaches('gave-up')
  expect(desktop.states).toEqual([{ kind: 'gave-up', message: 'No Node 24', hint: 'Install it' }])
  found = success(lab.launch)
  await desktop.reaches('connected')
})

test('a daemon that is ended on purpose is not started again', { timeout: testTimeoutMs }, async () => {
  await using lab = await daemonLab()
  using desktop = openLink(lab)
  const pid = await pidOf(desktop)
  desktop.link.holdStarts(true)
  process.kill(pid, 'SIGKILL')
  await desktop.reaches('connecting')
  desktop.link.holdStarts(false)
  await desktop.reaches('connected')
  expect(await lab.startedPids()).toHaveLength(2)
})

test('a daemon of another version is named, not replaced, and left when asked to try again', async () => {
  await using lab = await daemonLab(stubDaemon, { STUB_PROTOCOL: '99' })
  using desktop = openLink(lab)
  await desktop.reaches('gave-up')
  expect(desktop.link.state).toMatchObject({ message: expect.stringContaining('99') })
  const [pid, ...others] = await lab.startedPids()
  expect(others).toEqual([])
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
  await writeFile(lab.launch.entry, `delete process.env.STUB_PROTOCOL\n${stubDaemon}`)
  desktop.link.retry()
  await desktop.reaches('connected')
})

const failingDaemon = `
import { appendFileSync } from 'node:fs'
appendFileSync(process.argv[3] + '/started', process.pid + '\\n')
console.error('The disk is full')
process.exit(1)
`
