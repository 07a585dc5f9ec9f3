import { expect, test } from 'vitest'
import { runFake } from '../../../../test/helpers/fake-cli.ts'
import { processDetail, processRow, rowStart, sessionRow } from '../../../../test/helpers/rows.ts'
import { success } from '../../../shared/domain/result.ts'
import type { ProcessDetail, ProcessRow, SessionRow } from '../../../shared/domain/rows.ts'

const child = processRow({
  id: 'child',
  alias: 'master.trader',
  life: { kind: 'blocked', since: rowStart, isRestart: false },
  waitingFor: [
    { kind: 'parent', id: 'tws', name: 'master.tws', required: { kind: 'state', label: 'operative' }, now: 'running' },
    { kind: 'parent', id: null, name: 'later', required: { kind: 'up' }, now: 'does not exist' },
    { kind: 'secrets', names: ['API_KEY', 'TOKEN'] },
  ],
})
const parent = processRow({ id: 'tws', state: 'operative', score: 0.9608, notices: ['definition changed'] })

const list = (session: Partial<SessionRow> = {}, processes: ProcessRow[] = [parent, child]) => ({
  'rows.list': () => success({ sessions: [sessionRow(session)], processes, dependences: [], hosts: [] }),
})

test('show: states with their score, what is waited for in words, notices', async () => {
  const { stdout } = await runFake(['session', 'show'], { answers: list() })
  const [, first, second] = stdout.split('\n')
  expect(first).toMatch(/Running {2}operative \(0\.96\) {2}1234 .*definition changed$/)
  expect(second).toMatch(
    /Waiting .*Waits for master\.tws to be operative \(now running\), and for later to run \(it does not exist yet\), and for the values of API_KEY, TOKEN/,
  )
})

test('show --json: what is waited for as words that a script can read', async () => {
  const { stdout } = await runFake(['session', 'show', '--json'], { answers: list() })
  expect(JSON.parse(stdout)).toMatchObject([
    { state: 'operative', score: 0.9608, waiting_for: [] },
    {
      life: 'blocked',
      pid: null,
      waiting_for: ['master.tws:operative', 'later:up', 'secret:API_KEY', 'secret:TOKEN'],
    },
  ])
})

test.each(['show', 'list'])('%s says on standard error what is wrong with the files of a session', async (verb) => {
  const { stderr } = await runFake(['session', verb], { answers: list({ problems: ['etc/a.yaml:3: no such key'] }) })
  expect(stderr).toBe('procession: atlas: etc/a.yaml:3: no such key\n')
})

test('a session that is not active says so', async () => {
  const show = await runFake(['session', 'show'], { answers: list({ active: false }) })
  expect(show.stderr).toContain('atlas is not active')
  const all = await runFake(['session', 'list'], { answers: list({ active: false }) })
  expect(all.stdout).toMatch(/SESSION {2}ACTIVE .*\natlas .*inactive/)
})

const detail: ProcessDetail = {
  ...processDetail(parent),
  ready: { check: { kind: 'port', port: 7496 }, intervalMs: 1000, timeoutMs: 60_000 },
  fingerprint: {
    cmdline: ['/opt/tws'],
    listen: ['*:7496'],
    established: null,
    udp: [],
    files: Array.from({ length: 12 }, (_, index) => `/data/${index}`),
    partial: true,
    exe: '/opt/tws',
    cwd: '/w',
    uid: 1000,
    threads: 5,
    ppid: 1,
    starttime: '99',
    boot_id: 'boot',
    rss: 4096,
    cgroup: null,
    env_names: ['PATH'],
  },
  states: [
    { label: 'operative', fingerprint: null, when: 'size(fp.listen) > 0', ignore: [], require: [], savedAt: rowStart },
  ],
  parents: [
    {
      sessionId: 'session-1',
      parent: { kind: 'missing', name: 'later' },
      required: { kind: 'up' },
      childId: 'tws',
      onLoss: 'keep',
      holds: false,
    },
  ],
  children: [
    {
      sessionId: 'session-1',
      parent: { kind: 'process', id: 'tws' },
      required: { kind: 'state', label: 'operative' },
      childId: 'child',
      onLoss: 'stop',
      holds: true,
    },
  ],
}
const shown = { ...list(), 'process.show': () => success(detail) }

test('show NAME: rules, ends of dependences, saved states, fingerprint', async () => {
  const { stdout } = await runFake(['session', 'show', 'tws'], { answers: shown })
  for (const line of [
    /^Notice +definition changed$/m,
    /^State +operative \(0\.96\)$/m,
    /^Restart limit +5\/60$/m,
    /^Ready +port 7496, every 1 s, within 1 m 00 s$/m,
    /^Waits for +later:up \(does not hold, on loss keep\)$/m,
    /^Waited for by +master\.trader \(operative\)$/m,
    /^ {2}operative {2}when size\(fp\.listen\) > 0, saved /m,
    /^Fingerprint \(a part could not be read\)$/m,
    /^ {2}listen +\*:7496$/m,
    /^ {2}established +not readable$/m,
    /^ {2}udp +-$/m,
    /^ {2}files +\/data\/0 .*\/data\/9 {2}and 2 more$/m,
    /^Pid file +\/w\/pid\/a\.pid$/m,
  ]) {
    expect(stdout).toMatch(line)
  }
})

test('show NAME --json', async () => {
  const { stdout } = await runFake(['session', 'show', 'tws', '--json'], { answers: shown })
  expect(JSON.parse(stdout)).toMatchObject({
    fp: { listen: ['*:7496'], established: null, partial: true },
    states: ['operative'],
    parents: ['later:up'],
    children: ['master.trader'],
    restart_limit: '5/60',
    ready: { port: 7496, interval_s: 1, timeout_s: 60 },
    notices: ['definition changed'],
  })
})

test('logs of a program that somebody else started say where its output is', async () => {
  const attached = processRow()
  const life =
    attached.life.kind === 'up'
      ? { ...attached.life, program: { ...attached.life.program, shimPid: null } }
      : attached.life
  const answers = { 'process.show': () => success(processDetail({ ...attached, life })) }
  const { stderr } = await runFake(['session', 'logs', 'tws'], { answers })
  expect(stderr).toMatch(/^procession: attached: its output goes where it was started\n/)
})
