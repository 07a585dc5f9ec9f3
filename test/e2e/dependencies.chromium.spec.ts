import { expect, type Locator, type Page, test } from '@playwright/test'
import type { RowsSnapshot } from '../../src/shared/contract/schemas.ts'
import { failure, success } from '../../src/shared/domain/result.ts'
import { expectAccessible, inBothThemes } from '../helpers/accessibility.ts'
import { FakeDaemon, type FakeDaemonOptions } from '../helpers/fake-daemon.ts'
import { dependence, largeScene, tradingScene } from '../helpers/fake-graph.ts'
import { scene } from '../helpers/fake-scene.ts'
import { requireParts } from '../helpers/real-parts.ts'
import { processDetail, processRow, upLife } from '../helpers/rows.ts'

// The Dependencies screen against a daemon that is made up.

const start = (snapshot: RowsSnapshot, calls: FakeDaemonOptions['calls'] = {}) =>
  FakeDaemon.start(scene(snapshot.processes, { snapshot, calls }))

const lineOf = (page: Page, key: string): Locator => page.locator(`[role=treeitem][data-line="${key}"]`)
const nodeOf = (page: Page, id: string): Locator => page.locator(`.node[data-node="${id}"]`)
const labelOf = (page: Page, parent: string, child: string): Locator =>
  page.locator(`.edge-label[data-edge^="${parent} "][data-edge$=" ${child}"]`)
const edgeOf = (page: Page, parent: string, child: string): Locator =>
  page.locator('.react-flow__edge').filter({ has: page.locator(`[data-edge^="${parent} "][data-edge$=" ${child}"]`) })

async function openScreen(page: Page, daemon: FakeDaemon): Promise<void> {
  await page.goto(daemon.url)
  await page.getByRole('button', { name: 'Dependencies' }).click()
  await expect(page.locator('.node').first()).toBeVisible()
}

/** Where every node stands, by id, in CSS pixels. */
const placesOf = (page: Page) =>
  page.locator('.node[data-node]').evaluateAll((nodes) =>
    Object.fromEntries(
      nodes.map((node) => {
        const { x, y } = node.getBoundingClientRect()
        return [node.dataset.node ?? '', `${Math.round(x)} ${Math.round(y)}`]
      }),
    ),
  )

test.beforeEach(() => requireParts(test.info(), 'chromium'))

test('the outline and the graph show the same, and nothing breaks the content policy', async ({ page }) => {
  const refused: string[] = []
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()))
  await using daemon = await start(tradingScene(Date.now()))
  await openScreen(page, daemon)
  await expect(page.getByRole('treeitem')).toHaveCount(8)
  await expect(page.locator('.node')).toHaveCount(8)
  await expect(page.getByText('2 more without dependencies')).toBeVisible()
  await expect(nodeOf(page, 'slave.tws')).toContainText('Running')
  await expect(nodeOf(page, 'slave.tws')).toContainText('operative')
  await expect(nodeOf(page, 'db-migrate')).toContainText('exit 0')
  await expect(lineOf(page, 'master.trader')).toHaveAccessibleName(
    /needs db-migrate exited:0, met; master\.tws operative, not met/,
  )
  await expect(lineOf(page, 'master.trader')).toHaveAttribute('aria-level', '2')

  // Lines go from the top to the foot of the canvas, children below their parents.
  const order = await page.getByRole('treeitem').evaluateAll((lines) => lines.map((line) => line.dataset.line ?? ''))
  const top = async (id: string) => (await nodeOf(page, id).boundingBox())?.y ?? 0
  const roots = order.filter((id) => ['db-migrate', 'master.tws', 'slave.tws'].includes(id))
  for (const [index, id] of roots.slice(1).entries())
    expect(await top(id)).toBeGreaterThan(await top(roots[index] ?? ''))

  await expect(labelOf(page, 'master.tws', 'master.trader')).toHaveText('operative')
  await expect(edgeOf(page, 'master.tws', 'master.trader').locator('.line')).toHaveClass(/unmet/)
  await expect(edgeOf(page, 'slave.tws', 'slave.trader').locator('.line')).toHaveClass(/\bmet/)
  expect(page.workers()).toHaveLength(1)
  await inBothThemes(page, (theme) => expectAccessible(page, `the dependencies, ${theme}`))
  expect(refused).toEqual([])
})

test('the screen is worked from the keyboard', async ({ page }) => {
  await using daemon = await start(tradingScene(Date.now()))
  await page.goto(daemon.url)
  await expect(page.getByRole('treegrid')).toBeVisible()
  await page.keyboard.press('2')
  await expect(page.getByRole('treeitem').first()).toBeFocused()
  await expect(page.locator('[role=tree] [tabindex="0"]')).toHaveCount(1)
  await page.keyboard.press('End')
  await page.keyboard.press('Home')
  await lineOf(page, 'master.tws').click()
  await page.keyboard.press('ArrowRight')
  await expect(lineOf(page, 'master.trader')).toBeFocused()
  await expect(lineOf(page, 'master.trader')).toHaveAttribute('aria-selected', 'true')

  // Ancestors and descendants stand out, the others stand back; the inspector says why it waits.
  const back = await page
    .locator('.node.off')
    .evaluateAll((nodes) => nodes.map((node) => node.dataset.node ?? '').sort())
  expect(back).toEqual(['eod-report', 'slave.tws', 'tick-recorder'])
  await expect(page.locator('.line.crit')).toHaveCount(2)
  const inspector = page.getByRole('region', { name: 'master.trader', exact: true })
  await expect(inspector).toContainText('waits for master.tws to be operative (now starting)')
  await expect(inspector).toContainText('1 of 2 met')
  await expectAccessible(page, 'a selected process')

  await page.keyboard.press('Escape')
  await expect(page.locator('.node.off')).toHaveCount(0)
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.keyboard.press('ArrowLeft')
  await expect(lineOf(page, 'master.tws')).toBeFocused()

  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Details of master.tws' })).toBeVisible()
  await page.getByRole('row').filter({ hasText: 'eod-report' }).click()
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await expect(lineOf(page, 'eod-report')).toBeFocused()
  await expect(nodeOf(page, 'eod-report')).toHaveClass(/sel/)
  await page.keyboard.press('l')
  await expect(page.getByRole('region', { name: 'Details of tick-recorder' })).toBeVisible()
  await expect(page.getByRole('tab', { name: 'Logs' })).toHaveAttribute('aria-selected', 'true')
})

test('the inspector says how near a parent is to its state, and what it lacks', async ({ page }) => {
  const snapshot = tradingScene(Date.now())
  const fingerprint = { cmdline: ['/opt/tws'], listen: [], established: [], udp: [], files: ['/a', '/b'] }
  const live = { ...fingerprint, partial: false, exe: null, cwd: null, uid: 0, threads: 1, ppid: 1 }
  const rest = { starttime: '1', boot_id: 'boot', rss: 1, cgroup: null, env_names: null }
  const saved = { ...fingerprint, listen: ['127.0.0.1:7496'] }
  const operative = { label: 'operative', fingerprint: saved, when: null, ignore: [], require: [], savedAt: 0 }
  const show = (input: unknown) => {
    const { id } = input as { id: string }
    const row = snapshot.processes.find((process) => process.id === id) ?? processRow()
    return success({ ...processDetail(row), fingerprint: { ...live, ...rest }, states: [operative] })
  }
  await using daemon = await start(snapshot, { 'process.show': show })
  await openScreen(page, daemon)
  await lineOf(page, 'slave.trader').click()
  const why = page.getByRole('region', { name: 'Why it waits' })
  await expect(why).toContainText('master.trader waits for master.tws to be operative (now starting)')
  await expect(why).toContainText('master.tws against operative')
  await expect(why).toContainText('0.60 of 0.90')
  await expect(why).toContainText('Missing listen 127.0.0.1:7496')
  await inBothThemes(page, (theme) => expectAccessible(page, `the score, ${theme}`))
})

test('a change of status moves nothing; a new dependence does', async ({ page }) => {
  const snapshot = tradingScene(Date.now())
  await using daemon = await start(snapshot)
  await openScreen(page, daemon)
  const before = await placesOf(page)
  const tws = snapshot.processes.find(({ id }) => id === 'master.tws') ?? processRow()
  daemon.tell({
    kind: 'process',
    process: { ...tws, life: { kind: 'failed', since: Date.now(), because: 'not-ready', reason: 'Not ready in 60 s' } },
  })
  const met = snapshot.dependences.map((row) => ({ ...row, holds: true }))
  daemon.tell({ kind: 'dependences', sessionId: 'session-1', dependences: met })
  await expect(nodeOf(page, 'master.tws')).toHaveClass(/s-failed/)
  await expect(page.locator('.line.unmet')).toHaveCount(1) // that of the legend
  await expect(page.locator('.node.s-failed')).toHaveCount(1)
  expect(await placesOf(page)).toEqual(before)

  const dependences = [...met, dependence('eod-report', 'up', 'notebook')]
  daemon.tell({ kind: 'dependences', sessionId: 'session-1', dependences })
  await expect(nodeOf(page, 'notebook')).toBeVisible()
  await expect(lineOf(page, 'notebook')).toHaveAttribute('aria-level', '4')
})

test('a dependency is added by its dialog; a circle is refused with its path', async ({ page }) => {
  const snapshot = tradingScene(Date.now())
  let answer: ReturnType<NonNullable<FakeDaemonOptions['calls']>[string]> = failure(
    'conflict',
    'This would be a circle: slave.trader → master.tws → master.trader → slave.trader.',
    'Remove one of these dependencies first.',
  )
  const show = (input: unknown) => {
    const { id } = input as { id: string }
    const row = snapshot.processes.find((process) => process.id === id) ?? processRow()
    const operative = { label: 'operative', fingerprint: null, when: 'true', ignore: [], require: [], savedAt: 0 }
    return success({ ...processDetail(row), states: id === 'slave.trader' ? [operative] : [] })
  }
  await using daemon = await start(snapshot, { 'process.show': show, 'dependences.add': () => answer })
  await openScreen(page, daemon)
  await lineOf(page, 'master.tws').click()
  await page.getByRole('button', { name: 'Add dependency…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add dependency' })
  await expect(dialog.getByRole('combobox', { name: 'Child' })).toHaveText('master.tws')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog.getByRole('alert')).toHaveText('Choose a parent and a child.')
  await dialog.getByRole('combobox', { name: 'Parent' }).click()
  await expect(page.getByRole('option', { name: 'master.tws' })).toHaveCount(0)
  await page.getByRole('option', { name: 'slave.trader' }).click()
  await expect(dialog.getByRole('alert')).toHaveCount(0)
  await expect(dialog.getByRole('combobox', { name: 'Must be' })).toHaveText('operative')
  await dialog.getByRole('combobox', { name: 'If it is lost' }).click()
  await page.getByRole('option', { name: 'Restart' }).click()
  await expect(dialog).toContainText('--parent slave.trader:operative --child master.tws --on-loss restart')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText('slave.trader → master.tws → master.trader → slave.trader')
  await inBothThemes(page, (theme) => expectAccessible(page, `the refused dependency, ${theme}`))

  answer = success({ added: 1, changed: 0, dependences: [] })
  await dialog.getByRole('combobox', { name: 'Must be' }).click()
  await page.getByRole('option', { name: /^up/ }).click()
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog).toHaveCount(0)
  expect(daemon.asked.filter(({ method }) => method === 'dependences.add').map(({ input }) => input)).toEqual(
    ['operative', 'up'].map((state) => ({
      workspace: '/home/agp/workspace/atlas',
      parents: [`slave.trader:${state}`],
      children: ['master.tws'],
      onLoss: 'restart',
      allowMissing: true,
    })),
  )
})

test('a dependency is drawn from node to node', async ({ page }) => {
  await using daemon = await start(tradingScene(Date.now()))
  await openScreen(page, daemon)
  const from = await nodeOf(page, 'slave.tws').boundingBox()
  const to = await nodeOf(page, 'risk-monitor').boundingBox()
  if (!from || !to) throw new Error('The nodes are not drawn')
  await page.mouse.move(from.x + from.width + 2, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, { steps: 4 })
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 4 })
  await page.mouse.up()
  const dialog = page.getByRole('dialog', { name: 'Add dependency' })
  await expect(dialog.getByRole('combobox', { name: 'Parent' })).toHaveText('slave.tws')
  await expect(dialog.getByRole('combobox', { name: 'Child' })).toHaveText('risk-monitor')
  await expect(dialog.getByRole('combobox', { name: 'Must be' })).toHaveText('operative')
})

test('a selected dependency is removed by a key, and put back by the note about it', async ({ page }) => {
  const snapshot = tradingScene(Date.now())
  const done = () => success({ removed: 1, added: 1, changed: 0, notices: [], dependences: [] })
  await using daemon = await start(snapshot, { 'dependences.remove': done, 'dependences.add': done })
  await openScreen(page, daemon)
  await labelOf(page, 'slave.tws', 'slave.trader').click()
  const inspector = page.getByRole('region', { name: 'slave.trader waits for slave.tws' })
  await expect(inspector).toContainText('slave.trader keeps running')
  await expectAccessible(page, 'a selected dependency')
  await page.keyboard.press('Delete')
  const names = { workspace: '/home/agp/workspace/atlas', parents: ['slave.tws:operative'], children: ['slave.trader'] }
  await expect.poll(() => daemon.asked.find(({ method }) => method === 'dependences.remove')?.input).toEqual(names)
  const note = page.getByRole('region', { name: 'Notifications' })
  await expect(note).toContainText('slave.trader no longer waits for slave.tws')
  await note.getByRole('button', { name: 'Undo' }).click()
  await expect
    .poll(() => daemon.asked.find(({ method }) => method === 'dependences.add')?.input)
    .toEqual({ ...names, onLoss: 'keep', allowMissing: true })

  // The list of what it requires does the same without a pointer.
  await lineOf(page, 'master.trader').click()
  await page.getByRole('button', { name: 'Remove the dependency on db-migrate exited:0' }).press('Enter')
  await expect
    .poll(() => daemon.asked.findLast(({ method }) => method === 'dependences.remove')?.input)
    .toMatchObject({ parents: ['db-migrate:exited:0'], children: ['master.trader'] })

  await labelOf(page, 'tick-recorder', 'eod-report').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Remove dependency' }).click()
  await expect
    .poll(() => daemon.asked.findLast(({ method }) => method === 'dependences.remove')?.input)
    .toMatchObject({ parents: ['tick-recorder:exited:0'] })
})

test('a graph of more than thirty nodes has a map, and is fitted and zoomed by keys', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await using daemon = await start(largeScene(1, 40))
  await openScreen(page, daemon)
  await expect(page.locator('.react-flow__minimap .map-node')).toHaveCount(40)
  const zoom = page.locator('.zoom')
  await expect(zoom).toHaveText('50 %')
  await page.keyboard.press('0')
  await expect(zoom).not.toHaveText('50 %')
  const whole = Number.parseInt((await zoom.textContent()) ?? '', 10)
  await page.keyboard.press('+')
  await expect(zoom).not.toHaveText(`${whole} %`)
  expect(Number.parseInt((await zoom.textContent()) ?? '', 10)).toBeGreaterThan(whole)
  await page.getByRole('button', { name: 'Shrink graph' }).click()
  await expect(zoom).toHaveText(`${whole} %`)
  await page.keyboard.press('End')
  await lineOf(page, 'session-1-39').click()
  await expect(nodeOf(page, 'session-1-39')).toBeInViewport()
  await inBothThemes(page, (theme) => expectAccessible(page, `forty nodes, ${theme}`))
})

test('with more than eighty nodes sessions are folded until they are opened', async ({ page }) => {
  await using daemon = await start(largeScene(4, 25))
  await openScreen(page, daemon)
  await expect(page.locator('.node.group')).toHaveCount(4)
  await expect(page.locator('.node[data-node]')).toHaveCount(0)
  await expect(page.getByRole('treeitem')).toHaveCount(4)
  await inBothThemes(page, (theme) => expectAccessible(page, `folded sessions, ${theme}`))
  await lineOf(page, 'session:session-2').press('ArrowRight')
  await expect(page.locator('.node[data-node]')).toHaveCount(25)
  await expect(lineOf(page, 'session:session-2')).toHaveAttribute('aria-expanded', 'true')
  await page.locator('.session-title').click()
  await expect(page.locator('.node.group')).toHaveCount(4)

  await page.getByRole('button', { name: 'Session: All sessions' }).click()
  await page.getByRole('menuitemradio', { name: 'sweep-3' }).click()
  await expect(page.locator('.node[data-node]')).toHaveCount(25)
  await expect(page.getByRole('treeitem')).toHaveCount(25)
})

test('what is selected is described also while another session is drawn', async ({ page }) => {
  await using daemon = await start(largeScene(2, 8))
  await openScreen(page, daemon)
  await lineOf(page, 'session-1-7').click()
  const inspector = page.getByRole('region', { name: 'step-7', exact: true })
  const parents = inspector.getByRole('listitem')
  const count = await parents.count()
  expect(count).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Session: All sessions' }).click()
  await page.getByRole('menuitemradio', { name: 'sweep-2' }).click()
  await expect(page.getByRole('treeitem')).toHaveCount(8)
  await expect(parents).toHaveCount(count)
  await expect(parents.first()).toContainText('step-')
})

test('five hundred nodes are arranged beside the window, which draws only those in sight', async ({ page }) => {
  await using daemon = await start(largeScene(1, 500))
  await openScreen(page, daemon)
  expect(page.workers()).toHaveLength(1)
  await expect(page.getByRole('treeitem')).toHaveCount(500)
  expect(await page.locator('.node').count()).toBeLessThan(200)
  await page.keyboard.press('1')
  await expect(page.getByRole('treegrid')).toBeVisible()
})

test('a parent that does not exist yet has a place', async ({ page }) => {
  const processes = [processRow({ id: 'child', alias: 'child', life: upLife(1) })]
  const later = dependence('', 'ready', 'child', { parent: { kind: 'missing', name: 'later' }, holds: false })
  await using daemon = await start({ ...tradingScene(0), processes, dependences: [later] })
  await openScreen(page, daemon)
  await expect(page.locator('.node.missing')).toContainText('Does not exist yet')
  await lineOf(page, 'missing:session-1:later').press('ArrowDown')
  await expect(lineOf(page, 'child')).toBeFocused()
  await expectAccessible(page, 'a missing parent')
})

test('without the daemon nothing is taken for alive and nothing can be changed', async ({ page }) => {
  await using daemon = await start(tradingScene(Date.now()))
  await openScreen(page, daemon)
  await lineOf(page, 'slave.trader').click()
  daemon.lose()
  await expect(page.getByRole('alert')).toContainText('The daemon stopped answering.')
  await expect(nodeOf(page, 'slave.tws')).toContainText('Unknown')
  await expect(nodeOf(page, 'slave.tws')).not.toContainText('operative')
  await expect(page.getByRole('button', { name: 'Add dependency…' })).toBeDisabled()
  await expectAccessible(page, 'dependencies without a daemon')
  daemon.comeBack()
  await expect(nodeOf(page, 'slave.tws')).toContainText('Running')
})

test('without dependencies the screen says what they are for', async ({ page }) => {
  await using daemon = await start({ ...tradingScene(Date.now()), dependences: [] })
  await page.goto(daemon.url)
  await page.getByRole('button', { name: 'Dependencies' }).click()
  await expect(page.getByRole('heading', { name: 'No dependencies yet' })).toBeVisible()
  await expect(page.getByText('procession session dependence add --parent NAME:STATE --child NAME')).toBeVisible()
  await inBothThemes(page, (theme) => expectAccessible(page, `no dependencies, ${theme}`))
  await page.getByRole('button', { name: 'Add dependency…' }).click()
  await expect(page.getByRole('dialog', { name: 'Add dependency' })).toBeVisible()
})

for (const [width, height] of [
  [880, 560],
  [1600, 1000],
] as const) {
  test(`nothing is cut at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height })
    await using daemon = await start(tradingScene(Date.now()))
    await openScreen(page, daemon)
    await lineOf(page, 'slave.trader').click()
    await expect(page.getByRole('region', { name: 'slave.trader', exact: true })).toBeVisible()
    const cut = await page
      .locator('.top, .insp .cols > *, .insp .dhead, .orow')
      .evaluateAll((parts) => parts.filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.className))
    expect(cut).toEqual([])
    await expectAccessible(page, `a window of ${width} pixels`)
    for (const node of await page.locator('.node').all()) await expect(node).toBeInViewport({ ratio: 0.99 })
  })
}
