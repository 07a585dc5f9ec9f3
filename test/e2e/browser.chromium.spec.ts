import { expect, type Locator, type Page, test } from '@playwright/test'
import { expectAccessible, inBothThemes } from '../helpers/accessibility.ts'
import { DaemonLab, isRunning, pidOf } from '../helpers/daemon-lab.ts'
import { requireParts } from '../helpers/real-parts.ts'

const counter = 'i=0; while :; do i=$((i+1)); echo line $i; sleep 0.05; done'

const rowOf = (page: Page, name: string): Locator => page.getByRole('row').filter({ hasText: name })
const hasStatus = (page: Page, name: string, word: string) =>
  expect(rowOf(page, name).getByRole('gridcell', { name: word, exact: true })).toBeVisible()

/** Opens a listener for as long as the lab lives and answers with a fresh address. */
async function freshAddress(lab: DaemonLab, listen = '127.0.0.1:0'): Promise<string> {
  const url = Promise.withResolvers<string>()
  void lab.client.watch(
    'http.serve',
    { listen },
    { signal: new AbortController().signal, onPart: (part) => url.resolve(part.url) },
  )
  return url.promise
}

test.beforeEach(() => requireParts(test.info(), 'chromium'))

test('the address lets one page in; the page works like the window and leaves no secret in its address', async ({
  page,
  context,
}) => {
  await using lab = await DaemonLab.start()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  const address = await freshAddress(lab)
  const row = await lab.startScript('counter', counter)
  await page.goto(address)
  await hasStatus(page, 'counter', 'Running')
  expect(page.url()).not.toContain('token')
  await rowOf(page, 'counter').click()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('log')).toContainText('line 20')
  await page
    .getByRole('region', { name: /Details of counter/ })
    .getByRole('button', { name: /^Stop/ })
    .click()
  await hasStatus(page, 'counter', 'Stopped')
  expect(isRunning(pidOf(row))).toBe(false)

  await page.reload()
  await hasStatus(page, 'counter', 'Stopped')
  expect(complaints).toEqual([])
  expect(await context.cookies()).toEqual([])

  const second = await context.newPage()
  await second.goto(address)
  await expect(second.getByText(/needs a fresh address/)).toBeVisible()
})

test('a page whose daemon is killed says so, and goes on where it was when one is there again', async ({ page }) => {
  await using lab = await DaemonLab.start()
  const row = await lab.startScript('counter', counter)
  const address = await freshAddress(lab)
  await page.goto(address)
  await rowOf(page, 'counter').click()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('log')).toContainText('line 10')
  await lab.killDaemon()
  await expect(page.getByText('The daemon stopped answering. Your processes are still running.')).toBeVisible()
  await expect(rowOf(page, 'counter')).toContainText('Unknown')

  await lab.startDaemon()
  await freshAddress(lab, new URL(address).host)
  await hasStatus(page, 'counter', 'Running')
  const grown = (await lab.output(row).trim().split('\n')).length + 10
  await expect(page.getByRole('log')).toContainText(`line ${grown}`)
})

test('many rows: the grid shows, filters, sorts and selects by keyboard', async ({ page }) => {
  await using lab = await DaemonLab.start()
  for (let index = 0; index < 60; index++) {
    await lab.ask('process.start', {
      workspace: lab.workspace,
      argv: ['/bin/true'],
      alias: `job-${String(index).padStart(2, '0')}`,
      launch: false,
    })
  }
  await lab.startScript('alive', 'exec sleep 3010')
  await page.goto(await freshAddress(lab))
  const grid = page.getByRole('treegrid', { name: 'Sessions' })
  await expect(grid).toHaveAttribute('aria-rowcount', '63')
  // Only what is in view is drawn.
  expect(await page.getByRole('row').count()).toBeLessThan(50)

  await page.keyboard.press('/')
  await page.keyboard.type('job-4')
  await expect(page.getByRole('row').filter({ hasText: 'job-' })).toHaveCount(10)
  await page.getByRole('searchbox').fill('status:running')
  await expect(rowOf(page, 'alive')).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'job-' })).toHaveCount(0)
  await page.getByRole('searchbox').fill('gpuu')
  await expect(page.getByText('Nothing matches "gpuu"')).toBeVisible()
  await page.getByRole('button', { name: 'Clear filter' }).click()
  await expect(grid).toHaveAttribute('aria-rowcount', '63')

  // Waiting comes before running: the running one is the last.
  await rowOf(page, 'job-00').click()
  await page.keyboard.press('End')
  await expect(page.locator('[role=row][aria-selected=true]')).toContainText('alive')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(page.locator('[role=row][aria-selected=true]')).toHaveCount(2)
})

test('a hostile name and hostile output are shown as text and change nothing', async ({ page }) => {
  await using lab = await DaemonLab.start()
  const hostile = '<img src=x onerror="document.title=1">'
  await lab.ask('process.start', {
    workspace: lab.workspace,
    argv: [
      '/bin/sh',
      '-c',
      `printf '%s\\n' "$1"; printf '\\033]0;title\\007\\033[2J\\377\\376 end\\n'; sleep 3011`,
      'x',
      hostile,
    ],
    alias: 'hostile',
  })
  await page.goto(await freshAddress(lab))
  await rowOf(page, 'hostile').click()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('log')).toContainText(hostile)
  await expect(page.getByRole('log')).toContainText('end')
  expect(await page.title()).toContain('Procession')
})

for (const [width, height] of [
  [880, 560],
  [1600, 1000],
  [390, 800],
] as const) {
  test(`nothing is cut off and nothing is inaccessible at ${width} px`, async ({ page }) => {
    await using lab = await DaemonLab.start()
    await lab.startScript('counter', counter)
    await lab.startScript('broken', 'echo "Traceback: boom" >&2; exit 1')
    await page.setViewportSize({ width, height })
    await page.goto(await freshAddress(lab))
    await rowOf(page, 'broken').click()
    await expect(page.getByRole('log')).toContainText('boom')
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    expect(overflow).toBeLessThanOrEqual(0)
    await inBothThemes(page, (theme) => expectAccessible(page, `${width} px, ${theme}`))
  })
}

test('forced colours keep marks and focus visible', async ({ page }) => {
  await using lab = await DaemonLab.start()
  await lab.startScript('counter', counter)
  await page.emulateMedia({ forcedColors: 'active' })
  await page.goto(await freshAddress(lab))
  await rowOf(page, 'counter').click()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowDown')
  await expect(page.locator('[role=row]:focus-visible')).toHaveCount(1)
  await expectAccessible(page, 'forced colours')
})

test('what the daemon refuses stands under its field; what it started has the keyboard', async ({ page }) => {
  await using lab = await DaemonLab.start()
  await lab.startScript('counter', counter)
  await page.goto(await freshAddress(lab))
  await hasStatus(page, 'counter', 'Running')
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Command' }).fill('sleep 3012')
  const folder = page.getByRole('textbox', { name: 'Folder', exact: true })
  await folder.fill('/no/folder')
  await folder.press('Enter')
  await expect(folder).toHaveAccessibleDescription('The folder /no/folder does not exist.')
  await folder.fill('')
  await page.getByRole('textbox', { name: 'Name' }).fill('made-here')
  await page.keyboard.press('Enter')
  await expect(page.locator('[role=row]:focus')).toContainText('made-here')
})

test('a bad expression is explained below the field, in which it stays in sight', async ({ page }) => {
  await using lab = await DaemonLab.start()
  await lab.startScript('counter', counter)
  await page.goto(await freshAddress(lab))
  await rowOf(page, 'counter').click()
  await page.getByRole('button', { name: 'Regular expression' }).click()
  const field = page.getByRole('searchbox', { name: 'Find in log' })
  await field.fill('([')
  await expect(page.getByRole('alert')).toContainText('Not a regular expression: Unterminated character class')
  expect((await field.boundingBox())?.width ?? 0).toBeGreaterThan(100)
  await field.fill('(a)')
  await expect(page.getByRole('alert')).toHaveCount(0)
})

test('forced colours keep the lines of stderr apart', async ({ page }) => {
  await using lab = await DaemonLab.start()
  await lab.startScript('broken', 'echo "Traceback: boom" >&2; exit 1')
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' })
  await page.goto(await freshAddress(lab))
  await rowOf(page, 'broken').click()
  const line = page.getByRole('log').locator('.err')
  await expect(line).toContainText('boom')
  const bar = await page.evaluate("getComputedStyle(document.querySelector('.log .err'), '::before').backgroundColor")
  const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor')
  expect(bar).not.toBe(paper)
})

test('a flood stops moving when somebody goes up in it, and what came is counted', async ({ page }) => {
  await using lab = await DaemonLab.start()
  await page.goto(await freshAddress(lab))
  await lab.startScript('flood', 'i=0; while [ $i -lt 400000 ]; do i=$((i+1)); echo "number $i"; done; exec sleep 3013')
  await rowOf(page, 'flood').click()
  await page.keyboard.press('Enter')
  const output = page.getByRole('log')
  await expect(output).toContainText('number')
  await page.keyboard.press('PageUp')
  await expect(page.getByRole('button', { name: /^Follow/ })).toHaveAttribute('aria-pressed', 'false')
  await expect(page.getByText(/lines arrived while you were reading/)).toBeVisible()
})
