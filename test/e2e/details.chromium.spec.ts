import { expect, type Locator, type Page, test } from '@playwright/test'
import type { RowsSnapshot } from '../../src/shared/contract/schemas.ts'
import type { Life } from '../../src/shared/domain/life.ts'
import { failure, success } from '../../src/shared/domain/result.ts'
import type { DependenceRow, ProcessRow, SessionRow } from '../../src/shared/domain/rows.ts'
import { consentNeeded } from '../../src/shared/text/refusals.ts'
import { expectAccessible, inBothThemes } from '../helpers/accessibility.ts'
import { FakeDaemon } from '../helpers/fake-daemon.ts'
import { answerHistory, historyOfRuns } from '../helpers/fake-history.ts'
import { scene } from '../helpers/fake-scene.ts'
import { localRow } from '../helpers/host-rows.ts'
import { requireParts } from '../helpers/real-parts.ts'
import { processDetail, processRow, sessionRow, upLife } from '../helpers/rows.ts'

// History, dependencies, notices, sessions and the first screen, against a daemon that is made up.

const rowOf = (page: Page, name: string): Locator => page.locator(`[role=row][data-key="${name}"]`)
const groupOf = (page: Page, id: string): Locator => page.locator(`[role=row][data-key="group:${id}"]`)
const notes = (page: Page): Locator => page.getByRole('region', { name: 'Notifications' })

const edge = (parent: string, child: string, label: string, holds: boolean): DependenceRow => ({
  sessionId: 'session-1',
  parent: { kind: 'process', id: parent },
  required: { kind: 'state', label },
  childId: child,
  onLoss: 'keep',
  holds,
})
const blocked: Life = { kind: 'blocked', since: Date.now(), isRestart: false }

const tws = processRow({ id: 'tws', alias: 'master.tws', life: upLife(4711), state: 'operative', score: 0.97 })
const trader = processRow({
  id: 'trader',
  alias: 'master.trader',
  life: blocked,
  restarts: 0,
  run: 0,
  waitingFor: [
    {
      kind: 'parent',
      id: 'slave',
      name: 'slave.tws',
      required: { kind: 'state', label: 'operative' },
      now: 'starting',
    },
  ],
})
const starting: Life = { kind: 'starting', run: 1, since: Date.now(), program: null, readyBy: null }
const slave = processRow({ id: 'slave', alias: 'slave.tws', life: starting })

const snapshotOf = (
  processes: readonly ProcessRow[],
  dependences: readonly DependenceRow[] = [],
  session: Partial<SessionRow> = {},
): RowsSnapshot => ({
  sessions: [sessionRow(session)],
  processes: [...processes],
  dependences: [...dependences],
  hosts: [localRow({ load1: 0.4 })],
})

test.beforeEach(() => requireParts(test.info(), 'chromium'))

test('the history tells what happened, by whom and why, run by run, and reads older entries when asked', async ({
  page,
}) => {
  const entries = historyOfRuns(60, Date.now())
  await using daemon = await FakeDaemon.start(scene([tws], { calls: { 'process.history': answerHistory(entries) } }))
  await page.goto(daemon.url)
  await rowOf(page, 'tws').click()
  await page.keyboard.press('h')
  const history = page.getByRole('region', { name: 'History of master.tws' })
  const newest = history.getByRole('region', { name: 'Run 60' })
  await expect(newest.getByRole('listitem')).toHaveCount(3)
  await expect(newest).toContainText('Exited with code 1; restarts after 4 s')
  await expect(newest).toContainText('by the session (restart policy)')
  await expect(history.getByRole('region', { name: 'Run 1', exact: true })).toHaveCount(0)
  await inBothThemes(page, (theme) => expectAccessible(page, `history, ${theme}`))

  await history.getByRole('button', { name: 'Show older' }).click()
  await expect(history.getByRole('region', { name: 'Run 1', exact: true })).toContainText('Run 1 was asked for')
  await expect(history.getByRole('region', { name: 'Run 1', exact: true })).toContainText('by you')
  await expect(history.getByRole('button', { name: 'Show older' })).toHaveCount(0)

  entries.unshift({ id: 999, at: Date.now(), actor: 'user', why: null, what: { kind: 'note', text: 'Detached' } })
  daemon.tell({ kind: 'process', process: { ...tws, notices: ['changed'] } })
  await expect(newest).toContainText('Detached')
  await expect(history.getByRole('region', { name: 'Run 1', exact: true })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(rowOf(page, 'tws')).toBeFocused()
})

test('a history that is empty, refused or old says so', async ({ page }) => {
  let refused = true
  const answer = () => (refused ? failure('failed', 'The database is locked.', 'Close the other program') : success([]))
  await using daemon = await FakeDaemon.start(scene([tws], { calls: { 'process.history': answer } }))
  await page.goto(daemon.url)
  await rowOf(page, 'tws').click()
  await page.keyboard.press('h')
  await expect(page.getByRole('alert')).toContainText('The history could not be read. The database is locked.')
  await expectAccessible(page, 'a history that was refused')
  refused = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('Nothing has happened to it yet.')).toBeVisible()
  daemon.lose()
  await expect(page.getByText(/^What happened since .* is not known/)).toBeVisible()
})

test('the dependencies of a process: what it waits for, what holds, what it loses', async ({ page }) => {
  const calls = { 'dependences.remove': () => success({ removed: 1, notices: [], dependences: [] }) }
  const snapshot = snapshotOf(
    [tws, slave, trader],
    [edge('tws', 'trader', 'operative', true), { ...edge('slave', 'trader', 'operative', false), onLoss: 'stop' }],
  )
  await using daemon = await FakeDaemon.start(scene([tws, slave, trader], { snapshot, calls }))
  await page.goto(daemon.url)
  await rowOf(page, 'trader').click()
  await page.keyboard.press('d')
  const tab = page.getByRole('region', { name: 'Dependencies of master.trader' })
  await expect(tab.getByRole('status')).toContainText('Waits for slave.tws to be operative (now starting)')
  const parents = tab.getByRole('region', { name: 'Parents' }).getByRole('listitem')
  await expect(parents).toHaveCount(2)
  await expect(parents.first()).toContainText('slave.tws')
  await expect(parents.first()).toContainText('it is not')
  await expect(parents.first()).toContainText('If it is lost, master.trader stops')
  await expect(parents.nth(1)).toContainText('master.tws')
  await expect(tab).toContainText('Nothing depends on master.trader.')
  await inBothThemes(page, (theme) => expectAccessible(page, `dependencies of a process, ${theme}`))

  await parents
    .first()
    .getByRole('button', { name: /^Remove the dependency/ })
    .click()
  const asked = daemon.asked.findLast(({ method }) => method === 'dependences.remove')
  expect(asked?.input).toMatchObject({ parents: ['slave.tws:operative'], children: ['master.trader'] })
  daemon.tell({
    kind: 'dependences',
    sessionId: 'session-1',
    dependences: [edge('tws', 'trader', 'operative', true)],
  })
  await expect(parents).toHaveCount(1)
  await parents.first().getByRole('button', { name: 'master.tws', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Dependencies of master.tws' })).toContainText('master.trader')
})

test('G then D shows the graph, D alone the tab', async ({ page }) => {
  const snapshot = snapshotOf([tws, trader], [edge('tws', 'trader', 'operative', true)])
  await using daemon = await FakeDaemon.start(scene([tws, trader], { snapshot }))
  await page.goto(daemon.url)
  await rowOf(page, 'tws').click()
  await page.keyboard.press('d')
  await expect(page.getByRole('tab', { name: 'Dependencies' })).toHaveAttribute('aria-selected', 'true')
  await rowOf(page, 'tws').click()
  await page.keyboard.press('l')
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await expect(page.getByRole('heading', { level: 1, name: 'Dependencies' })).toHaveCount(1)
  await page.keyboard.press('1')
  await expect(page.getByRole('tab', { name: 'Logs' })).toHaveAttribute('aria-selected', 'true')
})

test('the overview tells the policy, the readiness and the saved states', async ({ page }) => {
  const fingerprint = { cmdline: ['/opt/tws'], listen: ['127.0.0.1:7496'], established: [], udp: null, files: null }
  const show = () =>
    success({
      ...processDetail(tws),
      ready: { check: { kind: 'port', port: 7496 }, intervalMs: 1000, timeoutMs: 60_000 },
      states: [
        { label: 'operative', fingerprint, when: null, ignore: [], require: [], savedAt: Date.now() },
        { label: 'idle', fingerprint: null, when: 'len(fp.established) == 0', ignore: [], require: [], savedAt: 1 },
      ],
    })
  await using daemon = await FakeDaemon.start(scene([tws], { calls: { 'process.show': show } }))
  await page.goto(daemon.url)
  await rowOf(page, 'tws').click()
  await page.keyboard.press('o')
  const overview = page.getByRole('region', { name: 'Overview of master.tws' })
  await expect(overview).toContainText('Always, given up after 5 early ends within 60 s')
  await expect(overview).toContainText('Port 7496 answers, within 60 s')
  const states = overview.getByRole('table', { name: 'States' })
  await expect(states.getByRole('row', { name: /operative/ })).toContainText('0.97')
  await expect(states.getByRole('row', { name: /operative/ })).toContainText('Command line, 1 listening address')
  await expect(states.getByRole('row', { name: /idle/ })).toContainText('len(fp.established) == 0')
  await inBothThemes(page, (theme) => expectAccessible(page, `overview with states, ${theme}`))
})

test('what is wrong with a session or a process is said where it is looked at', async ({ page }) => {
  const row = { ...tws, notices: ['definition changed: its command line applies at the next start'] }
  const problem = 'etc/master.tws.yaml, line 3: restart must be 0, 1 or on-failure.'
  const snapshot = snapshotOf([row], [], { problems: [problem], active: false })
  await using daemon = await FakeDaemon.start(scene([row], { snapshot }))
  await page.goto(daemon.url)
  await expect(groupOf(page, 'session-1')).toContainText('not supervised')
  await expect(groupOf(page, 'session-1')).toContainText('1 problem')
  await rowOf(page, 'tws').click()
  const details = page.getByRole('region', { name: 'Details of master.tws' })
  await expect(details).toContainText('atlas is not supervised')
  await expect(details).toContainText(problem)
  await expect(details).toContainText('Definition changed')
  await inBothThemes(page, (theme) => expectAccessible(page, `notices, ${theme}`))
})

test('several candidates: a person chooses, no copy is started meanwhile', async ({ page }) => {
  const life: Life = {
    kind: 'ambiguous',
    run: 2,
    since: Date.now(),
    candidates: [
      { pid: 71, command: '/opt/tws --paper' },
      { pid: 72, command: '/opt/tws --live' },
    ],
  }
  const row = processRow({ id: 'twin', alias: 'twin', life })
  const attach = () => success({ process: row, savedState: null, notices: [] })
  await using daemon = await FakeDaemon.start(scene([row], { calls: { 'process.attach': attach } }))
  await page.goto(daemon.url)
  await rowOf(page, 'twin').click()
  const question = page.getByRole('group', { name: 'Which program is twin?' })
  await expect(question.getByRole('listitem')).toHaveCount(2)
  await expectAccessible(page, 'several candidates')
  await question.getByRole('listitem').nth(1).getByRole('button', { name: 'Choose' }).click()
  const asked = daemon.asked.findLast(({ method }) => method === 'process.attach')
  expect(asked?.input).toMatchObject({ program: { pid: 72 }, alias: 'twin' })
})

test('a session is activated once the person has seen what it would run', async ({ page }) => {
  const snapshot = snapshotOf([tws], [], { active: false })
  const activate = (input: unknown) =>
    (input as { yes: boolean }).yes
      ? success({ session: sessionRow(), alreadyActive: false, processes: [tws], adopted: ['master.tws'] })
      : consentNeeded('It would run:\n/opt/tws username=me')
  await using daemon = await FakeDaemon.start(scene([tws], { snapshot, calls: { 'sessions.activate': activate } }))
  await page.goto(daemon.url)
  await groupOf(page, 'session-1').click({ button: 'right' })
  const menu = page.getByRole('menu', { name: 'atlas' })
  await expect(menu.getByRole('menuitem', { name: 'Deactivate session…' })).toHaveAttribute('data-disabled', '')
  await expectAccessible(page, 'the menu of a session')
  await menu.getByRole('menuitem', { name: 'Activate session', exact: true }).click()
  const question = page.getByRole('alertdialog', { name: 'Activate atlas?' })
  await expect(question).toContainText('/opt/tws username=me')
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await expectAccessible(page, 'activating a session')
  await question.getByRole('button', { name: 'Activate' }).click()
  await expect(notes(page)).toContainText('1 process ran already.')
  const asked = daemon.asked.findLast(({ method }) => method === 'sessions.activate')
  expect(asked?.input).toEqual({ workspace: '/home/agp/workspace/atlas', yes: true })
})

test('deactivating asks first and says what stops', async ({ page }) => {
  const stays = processRow({ id: 'stays', alias: 'board', shutdown: false })
  const deactivate = () =>
    success({ session: sessionRow(), processes: [], survivors: [{ name: 'master.tws', pids: [7, 8] }] })
  await using daemon = await FakeDaemon.start(scene([tws, stays], { calls: { 'sessions.deactivate': deactivate } }))
  await page.goto(daemon.url)
  await groupOf(page, 'session-1').focus()
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: 'Deactivate session…' }).click()
  const question = page.getByRole('alertdialog', { name: 'Deactivate atlas?' })
  await expect(question).toContainText('1 process stops: master.tws.')
  await expect(question).toContainText('1 process keeps running, not supervised: board.')
  await expectAccessible(page, 'deactivating a session')
  await question.getByRole('button', { name: 'Deactivate' }).click()
  await expect(notes(page)).toContainText('master.tws (pid 7, 8)')
})

test('the first screen offers the sample session and shows it as soon as it is there', async ({ page }) => {
  const nothing: RowsSnapshot = { sessions: [], processes: [], dependences: [], hosts: [] }
  const sample = () => success({ session: sessionRow({ id: 'sample', name: 'sample' }), created: true })
  await using daemon = await FakeDaemon.start(scene([], { snapshot: nothing, calls: { 'sessions.sample': sample } }))
  await page.goto(daemon.url)
  await expect(page.getByRole('heading', { name: 'Nothing runs yet' })).toBeVisible()
  await inBothThemes(page, (theme) => expectAccessible(page, `the first screen, ${theme}`))
  await page.getByRole('button', { name: /^Try the sample session/ }).click()
  await expect(page.getByText('Starting four counters')).toBeVisible()
  daemon.tell(
    { kind: 'session', session: sessionRow({ id: 'sample', name: 'sample' }) },
    { kind: 'process', process: processRow({ id: 'one', sessionId: 'sample', alias: 'master.tws' }) },
  )
  await expect(groupOf(page, 'sample')).toBeFocused()
})

test('a new session is made in its dialog; what is refused stands under its field', async ({ page }) => {
  const nothing: RowsSnapshot = { sessions: [], processes: [], dependences: [], hosts: [] }
  const init = (input: unknown) =>
    (input as { path?: string }).path === '/nope'
      ? failure('not_permitted', 'The folder /nope cannot be made.')
      : success({ session: sessionRow(), created: true })
  await using daemon = await FakeDaemon.start(scene([], { snapshot: nothing, calls: { 'sessions.init': init } }))
  await page.goto(daemon.url)
  await page.getByRole('button', { name: /^New session/ }).click()
  const dialog = page.getByRole('dialog', { name: 'New session' })
  await dialog.getByRole('button', { name: 'Make session' }).click()
  await expect(dialog.getByRole('alert')).toHaveText('Give a name, a folder, or both.')
  await dialog.getByRole('textbox', { name: 'Folder' }).fill('/nope')
  await dialog.getByRole('button', { name: 'Make session' }).click()
  await expect(dialog.getByRole('alert')).toHaveText('The folder /nope cannot be made.')
  await expectAccessible(page, 'the new session dialog')
  await dialog.getByRole('textbox', { name: 'Folder' }).fill('/home/agp/workspace/atlas')
  await page.keyboard.press('Enter')
  await expect(notes(page)).toContainText('Session atlas is ready')
})

test('a new process says when it restarts and when it is ready', async ({ page }) => {
  const start = () => success({ process: tws, changed: [], warnings: [] })
  await using daemon = await FakeDaemon.start(scene([tws], { calls: { 'process.start': start } }))
  await page.goto(daemon.url)
  await rowOf(page, 'tws').click()
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog', { name: 'New process' })
  await dialog.getByRole('textbox', { name: 'Command' }).fill('/opt/tws')
  await expect(dialog.getByRole('radio', { name: 'Restart on failure' })).toBeChecked()
  await dialog.getByRole('radio', { name: 'Restart on failure' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(dialog.getByRole('radio', { name: 'Always restart' })).toBeChecked()
  await dialog.getByRole('combobox', { name: 'Ready when' }).click()
  await page.getByRole('option', { name: 'Port answers' }).click()
  await dialog.getByRole('button', { name: 'Start' }).click()
  await expect(dialog.getByRole('alert')).toContainText('Give a port')
  await dialog.getByRole('textbox', { name: 'Ready when port answers' }).fill('7496')
  await inBothThemes(page, (theme) => expectAccessible(page, `new process with readiness, ${theme}`))
  await dialog.getByRole('button', { name: 'Start' }).click()
  await expect(dialog).toHaveCount(0)
  const asked = daemon.asked.findLast(({ method }) => method === 'process.start')
  expect(asked?.input).toMatchObject({
    restart: 'always',
    ready: { check: { kind: 'port', port: 7496 }, timeoutMs: 60_000 },
  })
})

test('what waits can be stopped and not started; what restarts later can be started now', async ({ page }) => {
  const end = { code: 1, signal: null, at: Date.now(), reason: null }
  const backoff: Life = { kind: 'backoff', run: 3, since: Date.now(), until: Date.now() + 60_000, end }
  const again = processRow({ id: 'again', alias: 'again', life: backoff })
  const startKnown = () => success([again])
  await using daemon = await FakeDaemon.start(scene([trader, again], { calls: { 'process.startKnown': startKnown } }))
  await page.goto(daemon.url)
  await rowOf(page, 'trader').click()
  const details = page.getByRole('region', { name: /^Details of/ })
  await expect(details.getByRole('button', { name: /^Stop/ })).toBeVisible()
  await expect(details.getByRole('button', { name: /^Start/ })).toHaveCount(0)
  await expect(rowOf(page, 'again')).toContainText(/Restarts in \d+ s \(exit 1\)/)
  await rowOf(page, 'again').click()
  await details.getByRole('button', { name: /^Start now/ }).click()
  const asked = daemon.asked.findLast(({ method }) => method === 'process.startKnown')
  expect(asked?.input).toMatchObject({ targets: [{ id: 'again' }] })
})

test('killing says what depends on it', async ({ page }) => {
  const snapshot = snapshotOf([tws, trader], [edge('tws', 'trader', 'operative', true)])
  await using daemon = await FakeDaemon.start(scene([tws, trader], { snapshot }))
  await page.goto(daemon.url)
  await rowOf(page, 'tws').click()
  await page.keyboard.press('Shift+X')
  await expect(page.getByRole('alertdialog')).toContainText('It gets no chance to save. 1 process depends on it.')
})
