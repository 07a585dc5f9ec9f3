import { readFileSync } from 'node:fs'
import { expect, type Locator, type Page, test } from '@playwright/test'
import type { HostState } from '../../src/shared/domain/host.ts'
import { failure, success } from '../../src/shared/domain/result.ts'
import { expectAccessible, inBothThemes } from '../helpers/accessibility.ts'
import { chromiumLaunch } from '../helpers/chromium.ts'
import { DaemonLab } from '../helpers/daemon-lab.ts'
import { FakeDaemon, type FakeDaemonOptions } from '../helpers/fake-daemon.ts'
import { FakeLog } from '../helpers/fake-log.ts'
import { scene } from '../helpers/fake-scene.ts'
import { sshRow } from '../helpers/host-rows.ts'
import { requireParts } from '../helpers/real-parts.ts'
import { processDetail, processRow, upLife } from '../helpers/rows.ts'

// The Log view against logs that are made up: gaps, floods, long lines and several processes at once.

const rowOf = (page: Page, name: string): Locator => page.locator(`[role=row][data-key="${name}"]`)
const output = (page: Page): Locator => page.getByRole('log')
const follow = (page: Page): Locator => page.getByRole('button', { name: /^Follow/ })
const notes = (page: Page): Locator => page.getByRole('region', { name: 'Notifications' })
const copied = (page: Page): Promise<string> => page.evaluate('navigator.clipboard.readText()')
const more = async (page: Page, entry: string): Promise<void> => {
  await page.getByRole('button', { name: 'More about this log' }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

const alive = processRow({ id: 'alive', alias: 'train-a', life: upLife(1) })
const numbered = (from: number, to: number, word = 'line'): string =>
  Array.from({ length: to - from }, (_, index) => `${word} ${from + index}\n`).join('')

/** A page that shows one log. */
async function open(page: Page, log: FakeLog, more: Partial<FakeDaemonOptions> = {}): Promise<FakeDaemon> {
  const daemon = await FakeDaemon.start(scene([alive], { logs: new Map([['alive', log]]), ...more }))
  await page.goto(daemon.url)
  await rowOf(page, 'alive').click()
  return daemon
}

test.beforeEach(() => requireParts(test.info(), 'chromium'))
test.use({
  permissions: ['clipboard-read', 'clipboard-write'],
  // Without a window Chromium draws no scrollbars unless it is told to.
  launchOptions: { ...chromiumLaunch(), ignoreDefaultArgs: ['--hide-scrollbars'] },
})

test('what was dropped is said where it is missing, and is no line', async ({ page }) => {
  const at = Date.now() - 60_000
  const log = new FakeLog()
    .drop('out', at, { bytes: 12_400_000, reason: 'bound' })
    .write('out', at + 1, 'first\n')
    .drop('out', at + 2, { bytes: 3000, reason: 'host' })
    .write('out', at + 3, 'second\n')
  await using _ = await open(page, log)
  const gaps = output(page).locator('.gap')
  await expect(gaps).toHaveCount(2)
  await expect(gaps.nth(0)).toContainText(/^12 MB dropped of stdout before .* to keep the log within its limit$/)
  await expect(gaps.nth(1)).toContainText('on its host, before it could be fetched')
  await gaps.nth(0).click()
  await expect(output(page).locator('.picked')).toHaveCount(0)
  await output(page).focus()
  await page.keyboard.press('Control+a')
  await expect(output(page).locator('.picked')).toHaveCount(2)
  await page.keyboard.press('Control+c')
  await expect.poll(() => copied(page)).toBe('first\nsecond')
  await inBothThemes(page, (theme) => expectAccessible(page, `gaps, ${theme}`))
})

test('a flood can be left by the scrollbar, and every line of it is within reach', async ({ page }) => {
  const log = new FakeLog().write('out', 1, numbered(0, 1000))
  await using _ = await open(page, log)
  await expect(output(page)).toContainText('line 999')
  let written = 1000
  const flood = setInterval(() => {
    if (written >= 200_000) return clearInterval(flood)
    log.write('out', written, numbered(written, written + 1000))
    written += 1000
  }, 5)
  await expect.poll(() => written).toBeGreaterThan(20_000)
  const box = await output(page).boundingBox()
  if (!box) throw new Error('The log is not there')
  const right = box.x + box.width - 4
  await page.mouse.move(right, box.y + box.height - 24)
  await page.mouse.down()
  await page.mouse.move(right, box.y + box.height / 2, { steps: 4 })
  await expect(follow(page)).toHaveAttribute('aria-pressed', 'false')
  await page.mouse.up()
  await expect.poll(() => written).toBe(200_000)
  await expect(page.getByText(/lines arrived while you were reading/)).toBeVisible()
  await page.getByRole('button', { name: 'Show them' }).click()
  await expect(output(page)).toContainText('line 199999')
  expect(await output(page).locator('.l').count()).toBeLessThan(80)
  await output(page).focus()
  await page.keyboard.press('Home')
  await expect(
    output(page)
      .locator('.l')
      .filter({ hasText: /line 0$/ }),
  ).toHaveCount(1)
  await page.keyboard.press('End')
  await expect(follow(page)).toHaveAttribute('aria-pressed', 'true')
})

test('200,000 lines that come in batches while they are followed are all there, and few are drawn', async ({
  page,
}) => {
  const log = new FakeLog()
  await using _ = await open(page, log)
  await expect(page.getByText('No output yet.')).toBeVisible()
  for (let at = 0; at < 200_000; at += 1000) log.write('out', at + 1, numbered(at, at + 1000))
  await expect(output(page)).toContainText('line 199999')
  expect(await output(page).locator('.l').count()).toBeLessThan(80)
  await page.getByRole('searchbox', { name: 'Find in log' }).fill('line 123456')
  await expect(output(page).locator('.found')).toContainText('line 123456')
})

test('a place that is not loaded is gone to: by time, and by a match far up; both ways every line follows', async ({
  page,
}) => {
  const noon = new Date(2026, 0, 2, 12, 0).getTime()
  const padding = 'x'.repeat(200)
  const log = new FakeLog()
  for (let line = 0; line < 60_000; line += 1) log.write('out', noon + line * 100, `line ${line} ${padding}\n`)
  await using _ = await open(page, log)
  await expect(output(page)).toContainText('line 59999')

  await output(page).focus()
  await page.keyboard.press('Control+g')
  const dialog = page.getByRole('dialog', { name: 'Go to time' })
  await dialog.getByRole('textbox', { name: 'Time' }).fill('noonish')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('noonish is not a time')
  await expectAccessible(page, 'the time dialog')
  await dialog.getByRole('textbox', { name: 'Time' }).fill('2026-01-02 12:10')
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await expect(output(page)).toContainText('line 6000 ')
  await expect(page.getByText('You are reading older lines')).toBeVisible()
  await expect(follow(page)).toHaveAttribute('aria-pressed', 'false')

  const find = page.getByRole('searchbox', { name: 'Find in log' })
  await find.fill('line 12345 ')
  await expect(page.getByText('1 of 1')).toBeVisible()
  await expect(output(page).locator('.found')).toContainText('line 12345')
  await output(page).hover()
  for (let turn = 0; turn < 12; turn += 1) await page.mouse.wheel(0, 20_000)
  await expect(
    output(page)
      .locator('.l')
      .filter({ hasText: /line 1[4-9]\d\d\d |line [2-5]\d{4} / })
      .first(),
  ).toBeVisible()

  await page.getByRole('button', { name: 'Show the newest' }).click()
  await expect(output(page)).toContainText('line 59999')
  await expect(follow(page)).toHaveAttribute('aria-pressed', 'true')
})

test('what is found is counted and stepped through; what cannot be searched is explained', async ({ page }) => {
  const log = new FakeLog().write('out', 1, numbered(0, 12, 'memory')).write('err', 2, 'Memory gone\n')
  const slow = Promise.withResolvers<void>()
  let answers = 0
  const find = async (input: unknown) => {
    answers += 1
    const { query } = input as { query: string }
    if (query === '(')
      return failure('bad_input', 'Invalid regular expression: /(/u: Unterminated group', 'Correct it.')
    if (query === 'slow') await slow.promise
    if (query === 'late') return failure('timeout', 'The search took longer than 10 s.', 'Search for plain text.')
    return log.find(input as Parameters<FakeLog['find']>[0])
  }
  await using _ = await open(page, log, { calls: { 'logs.find': find } })
  const field = page.getByRole('searchbox', { name: 'Find in log' })
  await output(page).focus()
  await page.keyboard.press('Control+f')
  await page.keyboard.type('memory')
  await expect(page.getByText('13 of 13')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByText('1 of 13')).toBeVisible()
  await expect(output(page).locator('mark.cur')).toHaveText('memory')
  await page.keyboard.press('Shift+Enter')
  await expect(page.getByText('13 of 13')).toBeVisible()
  await page.getByRole('button', { name: 'Match case' }).click()
  await expect(page.getByText('12 of 12')).toBeVisible()
  await page.getByRole('button', { name: 'Regular expression' }).click()
  await field.fill('^memory 1\\d$')
  await expect(page.getByText('2 of 2')).toBeVisible()
  log.write('out', 3, 'memory 13\n')
  await expect(page.getByText(/of 3$/)).toBeVisible()

  await field.fill('(')
  await expect(page.getByText('Unterminated group')).toBeVisible()
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await field.fill('late')
  await expect(page.getByText('The search took longer than 10 s. Search for plain text.')).toBeVisible()
  await field.fill('slow')
  await expect(page.getByText('Searching…')).toBeVisible()
  await expectAccessible(page, 'a search that takes long')
  await page.getByRole('button', { name: 'Stop searching' }).click()
  await expect(page.getByText('Stopped')).toBeVisible()
  const before = answers
  slow.resolve()
  await field.press('Enter')
  await expect(page.getByText('No match')).toBeVisible()
  expect(answers).toBeGreaterThan(before)
})

test('lines are selected by pointer and keyboard and copied with and without their colours', async ({ page }) => {
  const log = new FakeLog()
    .write('out', 1, 'zero\none\n\u001b[31mtwo\u001b[0m \u202Eevil\u202C\n')
    .write('err', 2, 'thr\u0000ee\n')
    .write('out', 3, ' 10%\r 50%\r100%\n')
  await using _ = await open(page, log)
  const lines = output(page).locator('.l')
  await expect(lines).toHaveCount(5)
  await lines.nth(1).click()
  await lines.nth(4).click({ modifiers: ['Shift'] })
  await expect(output(page).locator('.picked')).toHaveCount(4)
  await page.keyboard.press('Control+c')
  await expect.poll(() => copied(page)).toBe('one\ntwo \\u202Eevil\\u202C\nthr\u2400ee\n100%')
  await page.keyboard.press('Alt+c')
  await expect.poll(() => copied(page)).toContain('\u001b[31mtwo\u001b[0m')
  await page.keyboard.press('Escape')
  await expect(output(page).locator('.picked')).toHaveCount(0)
  await expect(output(page)).toBeFocused()
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(output(page).locator('.picked')).toHaveCount(2)
  await expectAccessible(page, 'selected lines')
})

test('everything is selected, also what is not loaded; what is too much for the clipboard can be saved', async ({
  page,
}) => {
  const log = new FakeLog().write('out', 1, numbered(0, 9000))
  await using _ = await open(page, log)
  await expect(output(page)).toContainText('line 8999')
  await output(page).focus()
  await page.keyboard.press('Control+a')
  await expect(page.getByText(/^All lines selected/)).toBeAttached()
  await page.keyboard.press('Control+c')
  await expect(notes(page)).toContainText('9,000 lines copied')
  expect(await copied(page)).toBe(numbered(0, 9000).trimEnd())

  log.drop('out', 2, { bytes: 80_000_000, reason: 'bound' }).write('out', 3, 'last\n')
  await expect(output(page)).toContainText('last')
  await page.keyboard.press('Control+a')
  await expect(page.getByText(/^All lines selected, 80 MB/)).toBeAttached()
  await page.keyboard.press('Control+c')
  await expect(notes(page)).toContainText('the clipboard takes 67 MB')
  await notes(page).getByRole('button', { name: 'Save as…' }).click()
  await expect(page.getByRole('dialog', { name: 'Save log' })).toBeVisible()
})

test('a log is saved as the program wrote it, whole or what is selected of it', async ({ page }) => {
  // A browser without access to files downloads it.
  await page.addInitScript('delete window.showSaveFilePicker')
  const text = '\u001b[31mred\u001b[0m\n 1%\r100%\r\n'
  const log = new FakeLog()
    .drop('out', 1, { bytes: 5000, reason: 'bound' })
    .write('out', 1, text)
    .write('err', 2, 'oops\n')
  await using _ = await open(page, log)
  await output(page).focus()
  await page.keyboard.press('Control+s')
  const dialog = page.getByRole('dialog', { name: 'Save log' })
  await expect(dialog).toContainText('as the program wrote it')
  await inBothThemes(page, (theme) => expectAccessible(page, `saving, ${theme}`))
  const saved = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Save as…' }).click()
  const download = await saved
  expect(download.suggestedFilename()).toBe('train-a.log')
  expect(readFileSync(await download.path(), 'utf8')).toBe(`${text}oops\n`)
  await expect(dialog).toHaveCount(0)

  await output(page).locator('.l').nth(1).click()
  await page.getByRole('button', { name: 'Save log as' }).click()
  await expect(dialog.getByRole('radio', { name: 'Selected lines' })).toBeChecked()
  const part = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Save as…' }).click()
  expect(readFileSync(await (await part).path(), 'utf8')).toBe(' 1%\r100%\r\n')
})

test('a file is written piece by piece where the browser can; saving can be stopped and leaves nothing', async ({
  page,
}) => {
  await page.addInitScript(`
    window.saved = { bytes: 0, state: 'none' }
    window.showSaveFilePicker = async () => ({
      createWritable: async () => ({
        write: (bytes) => { window.saved.bytes += bytes.length; return window.hang ? new Promise(() => {}) : Promise.resolve() },
        close: async () => { window.saved.state = 'closed' },
        abort: async () => { window.saved.state = 'aborted' },
      }),
    })`)
  const log = new FakeLog().write('out', 1, numbered(0, 20_000))
  await using _ = await open(page, log)
  await more(page, 'Save as…')
  const dialog = page.getByRole('dialog', { name: 'Save log' })
  await dialog.getByRole('button', { name: 'Save as…' }).click()
  await expect.poll(() => page.evaluate('window.saved.state')).toBe('closed')
  expect(await page.evaluate('window.saved.bytes')).toBe(numbered(0, 20_000).length)

  await page.evaluate('window.hang = true')
  await more(page, 'Save as…')
  await dialog.getByRole('button', { name: 'Save as…' }).click()
  await expect(dialog.getByRole('progressbar', { name: 'Saved' })).toBeVisible()
  await expectAccessible(page, 'saving under way')
  await dialog.getByRole('button', { name: 'Stop saving' }).click()
  await expect.poll(() => page.evaluate('window.saved.state')).toBe('aborted')
  await expect(dialog.getByRole('button', { name: 'Save as…' })).toBeEnabled()
})

test('a line of many megabytes is cut, says its size and is read piece by piece', async ({ page }) => {
  const bytes = new Uint8Array(100_000_000).fill(120)
  bytes[bytes.length - 1] = 10
  const log = new FakeLog().write('out', 1, 'before\n').writeLine('out', 2, bytes).write('out', 3, 'after\n')
  await using _ = await open(page, log)
  await expect(output(page)).toContainText('after')
  const lines = output(page).locator('.l')
  await expect(lines).toHaveCount(3)
  const length = () =>
    lines
      .nth(1)
      .locator('.text')
      .evaluate((element) => (element.textContent ?? '').length)
  expect(await length()).toBeLessThan(11_000)
  const button = page.getByRole('button', { name: 'Show more of 100 MB' })
  await expect(button).toBeInViewport()
  await button.click()
  await expect.poll(length).toBeGreaterThan(60_000)
  await button.click()
  await expect.poll(length).toBeGreaterThan(300_000)
})

test('the logs of several processes are one, each line with its name', async ({ page }) => {
  const names = ['master.tws', 'master.trader', 'slave.tws']
  const rows = names.map((name, index) => processRow({ id: `p${index}`, alias: name, life: upLife(index + 1) }))
  const logs = new Map(rows.map((row) => [row.id, new FakeLog()]))
  const write = (index: number, time: number, text: string) => logs.get(`p${index}`)?.write('out', time, text)
  for (let line = 0; line < 3000; line += 1) write(line % 3, line + 1, `line ${line}\n`)
  logs.get('p1')?.write('err', 5000, 'oops\n')
  await using daemon = await FakeDaemon.start(scene(rows, { logs }))
  await page.goto(daemon.url)
  await rowOf(page, 'p0').click()
  await rowOf(page, 'p1').click({ modifiers: ['Control'] })
  await expect(page.getByRole('region', { name: 'Logs of 2 processes' })).toBeVisible()
  await rowOf(page, 'p2').click({ modifiers: ['Control'] })
  const pane = page.getByRole('region', { name: 'Logs of 3 processes' })
  const lines = pane.locator('.l')
  await expect(lines.last()).toContainText('master.trader')
  await expect(lines.last()).toContainText('oops')
  await expect(lines.filter({ hasText: 'line 2999' })).toContainText('slave.tws')
  write(0, 6000, 'fresh\n')
  await expect(lines.last()).toContainText('fresh')
  await inBothThemes(page, (theme) => expectAccessible(page, `merged logs, ${theme}`))

  await page.getByRole('searchbox', { name: 'Find in log' }).fill('line 7')
  await expect(page.getByText('111 of 111')).toBeVisible()
  await page.getByRole('searchbox', { name: 'Find in log' }).press('Enter')
  await expect(output(page).locator('.found')).toContainText('line 7')
  await expect(output(page).locator('.found')).toContainText('master.trader')
  await output(page).focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+c')
  await expect
    .poll(() => copied(page))
    .toMatch(/^master\.tws \| line 0\nmaster\.trader \| line 1\nslave\.tws \| line 2\n/)

  await page.locator('[role=row][data-key="group:session-1"]').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Show logs of session' }).click()
  await expect(page.getByRole('region', { name: 'Logs of atlas' }).locator('.l').last()).toContainText('fresh')
  await rowOf(page, 'p0').click()
  await expect(page.getByRole('region', { name: 'Details of master.tws' })).toBeVisible()
})

test('streams, times and wrapping are chosen by key and menu and remembered', async ({ page }) => {
  const start = new Date(2026, 0, 2, 10, 0).getTime()
  const log = new FakeLog().write('out', start + 8250, 'to stdout\n').write('err', start + 9000, 'to stderr\n')
  const run = { run: 1, startedAt: start, endedAt: null, end: null, pid: 1, outOffset: 0, errOffset: 0 }
  const show = () => success({ ...processDetail(alive), runs: [run] })
  await using _ = await open(page, log, { calls: { 'process.show': show } })
  await expect(output(page).locator('.rule')).toContainText('Run 1 started 10:00:00')
  await output(page).focus()
  await page.keyboard.press('t')
  await expect(output(page).locator('time').first()).toHaveText('+0:08.250')
  await page.keyboard.press('t')
  await expect(output(page).locator('time')).toHaveCount(0)
  await page.keyboard.press('w')
  await expect(page.getByRole('button', { name: /^Wrap/ })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('f')
  await expect(follow(page)).toHaveAttribute('aria-pressed', 'false')
  await page.getByRole('button', { name: 'More about this log' }).click()
  await page.getByRole('menuitemradio', { name: 'stderr', exact: true }).click()
  await expect(output(page).locator('.l')).toHaveCount(1)
  await page.reload()
  await rowOf(page, 'alive').click()
  await expect(output(page).locator('.l')).toHaveCount(1)
  await expect(output(page).locator('.l')).toContainText('to stderr')
  await expect(output(page).locator('time')).toHaveCount(0)
  await expect(page.getByRole('button', { name: /^Wrap/ })).toHaveAttribute('aria-pressed', 'true')
})

test('beside the grid every button of the log is whole, and a smaller pane keeps the end in sight', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1600, height: 900 })
  const log = new FakeLog().write('out', 1, numbered(0, 3000))
  await using _ = await open(page, log)
  await expect(output(page)).toContainText('line 2999')
  const pane = await page.getByRole('region', { name: 'Details of train-a' }).boundingBox()
  const last = await page.getByRole('button', { name: 'More about this log' }).boundingBox()
  if (!pane || !last) throw new Error('The details are not there')
  expect(last.x + last.width).toBeLessThanOrEqual(pane.x + pane.width - 4)
  const end = output(page)
    .locator('.l')
    .filter({ hasText: /line 2999$/ })
  await expect(end).toBeInViewport()
  await page.setViewportSize({ width: 880, height: 560 })
  await expect(end).toBeInViewport({ ratio: 1 })
  await expect(follow(page)).toHaveAttribute('aria-pressed', 'true')
})

test('Home goes to the first line of the whole log, and End to its last one', async ({ page }) => {
  const padding = 'x'.repeat(200)
  const log = new FakeLog()
  for (let line = 0; line < 60_000; line += 1) log.write('out', line * 100, `line ${line} ${padding}\n`)
  await using _ = await open(page, log)
  await expect(output(page)).toContainText('line 59999 ')
  await output(page).focus()
  await page.keyboard.press('Home')
  await expect(output(page)).toContainText('line 0 ')
  expect(await output(page).evaluate((element) => element.scrollTop)).toBe(0)
  await expect(page.getByText('You are reading older lines')).toBeVisible()
  await expect(output(page)).toBeFocused()
  await page.keyboard.press('End')
  await expect(output(page)).toContainText('line 59999 ')
  await expect(follow(page)).toHaveAttribute('aria-pressed', 'true')
})

test('a run that wrote nothing has its rule and says so', async ({ page }) => {
  const run = { run: 1, startedAt: Date.now(), endedAt: null, end: null, pid: 1, outOffset: 0, errOffset: 0 }
  const show = () => success({ ...processDetail(alive), runs: [run] })
  await using _ = await open(page, new FakeLog(), { calls: { 'process.show': show } })
  await expect(output(page).locator('.rule')).toContainText('Run 1 started')
  await expect(output(page)).toContainText('No output yet.')
})

test('a log that is empty, cannot be read, or comes from a host that is away says so', async ({ page }) => {
  let refused = true
  const refuse = (method: string) =>
    refused && method === 'logs.tail'
      ? failure('failed', 'out/a.out cannot be read: permission denied.', 'Ask its owner.')
      : null
  const since = new Date(2026, 0, 2, 10, 42).getTime()
  const state: HostState = { kind: 'unreachable', since, retryAt: since }
  const row = { ...alive, host: 'gpu-01', startedAt: Date.now() - 8000 }
  const options = scene([row], { refuse, logs: new Map([['alive', new FakeLog()]]) })
  await using daemon = await FakeDaemon.start(options)
  await page.goto(daemon.url)
  await rowOf(page, 'alive').click()
  await expect(page.getByRole('alert')).toContainText('The log could not be read. out/a.out cannot be read')
  await expectAccessible(page, 'a log that cannot be read')
  refused = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(output(page)).toContainText(/No output yet\. Started \d+ s ago\./)
  daemon.tell({ kind: 'host', host: sshRow('gpu-01', state) })
  await expect(page.getByText(/^gpu-01 is unreachable since .*10:42\. What is shown came before\.$/)).toBeVisible()
  await inBothThemes(page, (theme) => expectAccessible(page, `a host that is away, ${theme}`))
})

test('against the real daemon: a far match, a moment, all lines copied and two logs as one', async ({ page }) => {
  await using lab = await DaemonLab.start()
  const words = 'x'.repeat(100)
  const script = `i=0; while [ $i -lt 60000 ]; do i=$((i+1)); echo "number $i ${words}"; done; echo oops >&2; exec sleep 3021`
  await lab.startScript('flood', script)
  const url = Promise.withResolvers<string>()
  void lab.client.watch(
    'http.serve',
    { listen: '127.0.0.1:0' },
    { signal: new AbortController().signal, onPart: (part) => url.resolve(part.url) },
  )
  await page.goto(await url.promise)
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  await row('flood').click()
  await expect(output(page)).toContainText('number 60000')
  await page.getByRole('searchbox', { name: 'Find in log' }).fill('number 777 ')
  await expect(page.getByText('1 of 1')).toBeVisible()
  await expect(output(page).locator('.found')).toContainText('number 777 ')
  await expect(output(page)).toContainText('number 778 ')

  await output(page).focus()
  await page.keyboard.press('Control+g')
  await page.getByRole('textbox', { name: 'Time' }).fill('1d ago')
  await page.keyboard.press('Enter')
  await expect(output(page)).toContainText('number 1 ')
  await output(page).focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+c')
  await expect(notes(page)).toContainText('60,001 lines copied')

  await lab.startScript('quiet', 'printf "a\\nb\\n"; exec sleep 3022')
  await row('quiet').click({ modifiers: ['Control'] })
  const lines = page.getByRole('region', { name: 'Logs of 2 processes' }).locator('.l')
  await page.getByRole('searchbox', { name: 'Find in log' }).fill('oops')
  await expect(output(page).locator('.found')).toContainText('flood')
  await page.getByRole('searchbox', { name: 'Find in log' }).fill('')
  await page.getByRole('button', { name: /^Follow/ }).click()
  await expect(lines.last()).toContainText('quiet')
})
