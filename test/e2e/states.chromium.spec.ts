import { expect, type Locator, type Page, test } from '@playwright/test'
import { success } from '../../src/shared/domain/result.ts'
import { expectAccessible, inBothThemes } from '../helpers/accessibility.ts'
import { FakeDaemon } from '../helpers/fake-daemon.ts'
import { FakeLog } from '../helpers/fake-log.ts'
import { failedLog, oneOfEach, scene } from '../helpers/fake-scene.ts'
import { requireParts } from '../helpers/real-parts.ts'
import { processDetail, processRow, upLife } from '../helpers/rows.ts'

// The interface against a daemon that is made up: states and floods that a real one shows only by accident.

const rowOf = (page: Page, name: string): Locator => page.locator(`[role=row][data-key="${name}"]`)
const focusedKey = (page: Page) => page.evaluate('document.activeElement?.dataset.key')

test.beforeEach(() => requireParts(test.info(), 'chromium'))

test('every status has its word, its mark and its reason, worst first', async ({ page }) => {
  const states = oneOfEach(Date.now())
  await using daemon = await FakeDaemon.start(scene(states.map(({ row }) => row)))
  await page.goto(daemon.url)
  for (const { row, word, detail } of states) {
    await expect(rowOf(page, row.id).getByRole('gridcell', { name: word, exact: true })).toBeVisible()
    await expect(rowOf(page, row.id)).toContainText(detail)
    await expect(rowOf(page, row.id).locator(`use[href="#status-${word.toLowerCase()}"]`)).toHaveCount(1)
  }
  const shown = await page.locator('[role=row][data-status]').evaluateAll((rows) => rows.map((row) => row.dataset.key))
  expect(shown).toEqual(states.map(({ row }) => row.id))
  await inBothThemes(page, (theme) => expectAccessible(page, `all statuses, ${theme}`))
})

test('a row shows a change at once and keeps its place for two seconds', async ({ page }) => {
  const states = oneOfEach(Date.now()).map(({ row }) => row)
  await using daemon = await FakeDaemon.start(scene(states))
  await page.goto(daemon.url)
  const place = await rowOf(page, 'train-a').getAttribute('aria-rowindex')
  const train = states.find(({ id }) => id === 'train-a') ?? processRow()
  daemon.tell({
    kind: 'process',
    process: { ...train, life: { kind: 'failed', since: Date.now(), because: 'could-not-start', reason: 'gone' } },
  })
  await expect(rowOf(page, 'train-a')).toContainText('Could not start: gone')
  expect(await rowOf(page, 'train-a').getAttribute('aria-rowindex')).toBe(place)
  await expect(rowOf(page, 'train-a')).not.toHaveAttribute('aria-rowindex', place ?? '')
})

test('the grid is one tab stop and is worked from the keyboard', async ({ page }) => {
  await using daemon = await FakeDaemon.start(scene(oneOfEach(Date.now()).map(({ row }) => row)))
  await page.goto(daemon.url)
  await rowOf(page, 'eval-17').click()
  await expect(page.locator('[role=treegrid] [tabindex="0"]')).toHaveCount(1)
  await page.keyboard.press('j')
  expect(await focusedKey(page)).toBe('report')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(page.locator('[role=row][aria-selected=true]')).toHaveCount(2)
  await page.keyboard.press(' ')
  await expect(page.locator('[role=row][aria-selected=true]')).toHaveCount(1)
  await page.keyboard.press('Control+a')
  await expect(page.locator('[role=row][aria-selected=true]')).toHaveCount(10)
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await expect(page.locator('[role=row][aria-level="1"]')).toHaveAttribute('aria-expanded', 'false')
  await page.keyboard.press('Enter')
  await page.keyboard.press('End')
  await expect.poll(() => focusedKey(page)).toBe('prep')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('log')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect.poll(() => focusedKey(page)).toBe('prep')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('region', { name: /^Details of/ })).toHaveCount(0)
})

test('a bad word in the filter is explained and hides nothing', async ({ page }) => {
  await using daemon = await FakeDaemon.start(scene(oneOfEach(Date.now()).map(({ row }) => row)))
  await page.goto(daemon.url)
  await page.getByRole('searchbox', { name: 'Filter rows' }).fill('status:faild')
  await expect(page.getByRole('status').filter({ hasText: 'No status is called faild.' })).toBeVisible()
  await expect(page.locator('[role=row][data-status]')).toHaveCount(10)
  await page.getByRole('searchbox', { name: 'Filter rows' }).fill('')
  await page.getByRole('button', { name: /^Failed/ }).click()
  await expect(page.locator('[role=row][data-status]')).toHaveCount(2)
  await page.keyboard.press('Alt+1')
  await page.getByRole('button', { name: /^Needs attention/ }).click()
  await expect(page.locator('[role=row][data-status]')).toHaveCount(3)
})

test('what is refused is said, and a kill is asked about first', async ({ page }) => {
  await using daemon = await FakeDaemon.start(scene(oneOfEach(Date.now()).map(({ row }) => row)))
  await page.goto(daemon.url)
  await rowOf(page, 'train-a').click()
  await page.keyboard.press('Shift+X')
  const dialog = page.getByRole('alertdialog', { name: 'Kill train-a?' })
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await expectAccessible(page, 'the kill dialog')
  await dialog.getByRole('button', { name: 'Kill', exact: true }).click()
  const notices = page.getByRole('region', { name: 'Notifications' })
  await expect(notices).toContainText('train-a could not be killed')
  await expect(notices).toContainText('It has ended already.')
  const asked = daemon.asked.findLast(({ method }) => method === 'process.stop')
  expect(asked?.input).toEqual({ targets: [{ id: 'train-a' }], now: true, wait: false })
  await rowOf(page, 'notebook').click()
  await expect(page.getByRole('button', { name: 'Kill now' })).toBeVisible()
})

test('a lost daemon leaves no living process in its last colour', async ({ page }) => {
  const usage = { cpuPct: 12, rssBytes: 5_000_000, listen: [] }
  const alive = processRow({ id: 'alive', alias: 'alive', life: upLife(1), usage, cpuHistory: [1, 2] })
  const [ended] = oneOfEach(Date.now())
  await using daemon = await FakeDaemon.start(scene([alive, ended?.row ?? alive]))
  await page.goto(daemon.url)
  await expect(rowOf(page, 'alive')).toContainText('12 %')
  daemon.lose()
  await expect(page.getByRole('alert')).toContainText('The daemon stopped answering. Your processes are still running.')
  await expect(rowOf(page, 'alive')).toContainText('Unknown')
  await expect(rowOf(page, 'alive')).not.toContainText('12 %')
  await expect(rowOf(page, 'eval-17')).toContainText('Failed')
  await expect(page.getByRole('button', { name: /^New process/ })).toBeDisabled()
  await expectAccessible(page, 'a lost daemon')
  daemon.comeBack()
  await expect(rowOf(page, 'alive')).toContainText('Running')
  await expect(page.getByRole('alert')).toHaveCount(0)
})

test('a failed process opens at its first error; older lines and far hits are read when they are wanted', async ({
  page,
}) => {
  const now = Date.now()
  const [failed] = oneOfEach(now)
  const row = failed?.row ?? processRow()
  const { log, runs } = failedLog(now)
  const show = () => success({ ...processDetail(row), runs })
  await using daemon = await FakeDaemon.start(
    scene([row], { logs: new Map([[row.id, log]]), calls: { 'process.show': show } }),
  )
  await page.goto(daemon.url)
  await rowOf(page, row.id).click()
  const output = page.getByRole('log')
  await expect(output).toContainText('Traceback (most recent call last):')
  await expect(output.locator('.first')).toContainText('Traceback')
  await expect(output).toContainText('Exited with code 137 (killed)')

  await page.keyboard.press('Control+f')
  await page.keyboard.type('step 17 ')
  await expect(page.getByText('No match')).toBeVisible()
  await page.getByRole('searchbox', { name: 'Find in log' }).fill('step 17')
  await expect(page.getByText('111 of 111')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByText('1 of 111')).toBeVisible()
  await expect(output.locator('mark.cur')).toHaveText('step 17')
  await expect(output).toContainText('step 16')
  await output.focus()
  await page.keyboard.press('Control+Home')
  await expect(output).toContainText('Run 1 started')
})

test('the log goes on while it is read further up, and says how much came', async ({ page }) => {
  const row = processRow({ id: 'alive', alias: 'alive', life: upLife(1) })
  const log = new FakeLog()
  for (let line = 0; line < 300; line += 1) log.write('out', Date.now(), `line ${line}\n`)
  await using daemon = await FakeDaemon.start(scene([row], { logs: new Map([[row.id, log]]) }))
  await page.goto(daemon.url)
  await rowOf(page, 'alive').click()
  const output = page.getByRole('log')
  await expect(output).toContainText('line 299')
  log.write('out', Date.now(), 'fresh\n')
  await expect(output).toContainText('fresh')
  await output.hover()
  await page.mouse.wheel(0, -600)
  await expect(page.getByRole('button', { name: /^Follow/ })).toHaveAttribute('aria-pressed', 'false')
  const top = await output.evaluate((element) => element.scrollTop)
  for (let line = 0; line < 1204; line += 1) log.write('out', Date.now(), `burst ${line}\n`)
  await expect(page.getByText('1,204 lines arrived while you were reading')).toBeVisible()
  expect(await output.evaluate((element) => element.scrollTop)).toBe(top)
  await page.getByRole('button', { name: 'Show them' }).click()
  await expect(output).toContainText('burst 1203')
  await expect(page.getByRole('button', { name: /^Follow/ })).toHaveAttribute('aria-pressed', 'true')
})

test('long lines are cut, progress bars keep their last state, colours are read', async ({ page }) => {
  const row = processRow({ id: 'alive', alias: 'alive', life: upLife(1) })
  const text = `${'x'.repeat(20_000)}END\n\r 10%\r 50%\r100%\n\u001b[31mred\u001b[0m \u001b]0;title\u0007text\n`
  const log = new FakeLog().write('out', Date.now(), text)
  await using daemon = await FakeDaemon.start(scene([row], { logs: new Map([[row.id, log]]) }))
  await page.goto(daemon.url)
  await rowOf(page, 'alive').click()
  const lines = page.getByRole('log').locator('.l')
  await expect(lines).toHaveCount(3)
  await expect(lines.nth(0)).not.toContainText('END')
  await page.getByRole('button', { name: 'Show all' }).click()
  await expect(lines.nth(0)).toContainText('END')
  await expect(lines.nth(1)).toHaveText(/^[\d:.]+100%$/)
  await expect(lines.nth(2)).toHaveText(/red text$/)
  await expect(lines.nth(2).getByText('red', { exact: true })).toHaveAttribute('style', /--ansi-1/)
})

test('five thousand rows are usable at once and only those in sight are drawn', async ({ page }) => {
  const many = Array.from({ length: 5000 }, (_, index) => processRow({ id: `p${index}`, alias: `p${index}` }))
  await using daemon = await FakeDaemon.start(scene(many))
  await page.goto(daemon.url)
  await expect(page.getByRole('treegrid')).toHaveAttribute('aria-rowcount', '5002')
  expect(await page.getByRole('row').count()).toBeLessThan(60)
  await page.getByRole('searchbox', { name: 'Filter rows' }).fill('name:p4999')
  await expect(rowOf(page, 'p4999')).toBeVisible()
})

test('columns, grouping and theme are remembered; single letters can be switched off', async ({ page }) => {
  await using daemon = await FakeDaemon.start(scene(oneOfEach(Date.now()).map(({ row }) => row)))
  await page.goto(daemon.url)
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Restarts' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Grouped by session/ }).click()
  await page.getByRole('menuitemradio', { name: 'Nothing' }).click()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('>dark')
  await page.keyboard.press('Enter')
  await page.reload()
  await expect(page.getByRole('grid', { name: 'Sessions' })).toBeVisible()
  await expect(page.getByRole('columnheader', { name: 'Restarts' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')

  await rowOf(page, 'train-a').click()
  await page.keyboard.press('F1')
  await page.getByRole('checkbox', { name: 'Single letters are keys' }).uncheck()
  await expectAccessible(page, 'the keys dialog')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('n')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeVisible()
  await expectAccessible(page, 'the command palette')
})
