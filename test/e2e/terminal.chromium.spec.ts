import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, inBothThemes } from '../helpers/accessibility.ts'
import { DaemonLab } from '../helpers/daemon-lab.ts'
import { requireParts } from '../helpers/real-parts.ts'

test.beforeEach(() => requireParts(test.info(), 'chromium', 'terminals'))

const shell = ['/usr/bin/env', 'PS1=ready> ', 'bash', '--norc', '--noprofile', '-i']

/** Starts a process with a terminal and opens the page at it. */
async function openTerminal(lab: DaemonLab, page: Page, argv: string[], alias = 'shell'): Promise<string> {
  await lab.ask('process.start', { workspace: lab.workspace, argv, alias, restart: 'never', pty: true })
  const address = await freshAddress(lab)
  await page.goto(address)
  await showTerminal(page, alias)
  return address
}

async function showTerminal(page: Page, alias: string): Promise<void> {
  await page.getByRole('row').filter({ hasText: alias }).click()
  await page.getByRole('tab', { name: 'Terminal' }).click()
}

async function freshAddress(lab: DaemonLab, listen = '127.0.0.1:0'): Promise<string> {
  const url = Promise.withResolvers<string>()
  void lab.client.watch(
    'http.serve',
    { listen },
    { signal: new AbortController().signal, onPart: (part) => url.resolve(part.url) },
  )
  return url.promise
}

const screen = (page: Page) => page.locator('.xterm-rows')
const input = (page: Page, alias = 'shell') => page.getByRole('textbox', { name: `Terminal of ${alias}` })

/** Rows of a terminal in the room that it has now. */
async function rowsThatFit(page: Page): Promise<number> {
  const room = (await page.locator('.terminal-host').boundingBox())?.height ?? 0
  const row = (await screen(page).locator('> div').first().boundingBox())?.height ?? 0
  return Math.floor(room / row)
}

/** What the page complained about: refused styles would be among it. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  return complaints
}

test('a shell is typed into; all keys but those that leave, copy and paste are its own', async ({ page, context }) => {
  await using lab = await DaemonLab.start()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const complaints = complaintsOf(page)
  await openTerminal(lab, page, shell)
  await expect(screen(page)).toContainText('ready>')
  await input(page).focus()
  // Letters that are commands elsewhere, and keys that are of the window or the browser.
  await page.keyboard.type('echo sxrnjk12')
  await page.keyboard.press('Control+w')
  await page.keyboard.type('typed')
  await page.keyboard.press('Enter')
  // The line, then what it printed: rows are not apart in the text of the element.
  await expect(screen(page)).toContainText('echo typedtyped')
  await page.keyboard.type("echo run''s; cat")
  await page.keyboard.press('Enter')
  await expect(screen(page)).toContainText('runs')
  await page.keyboard.press('Escape')
  await expect(screen(page)).toContainText('^[')
  await expect(input(page)).toBeFocused()
  await page.keyboard.press('Control+c')
  await expect(screen(page)).toContainText('^C')

  await page.evaluate('navigator.clipboard.writeText("echo pasted-$((6*7))")')
  await page.keyboard.press('Control+Shift+V')
  await page.keyboard.press('Enter')
  await expect(screen(page)).toContainText('pasted-42')
  await screen(page).getByText('pasted-42').last().dblclick({ force: true })
  await page.keyboard.press('Control+Shift+C')
  await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe('pasted-42')

  await page.keyboard.press('Control+F6')
  await expect(input(page)).not.toBeFocused()
  await expect(page.locator('[data-part=grid]')).toContainText('shell')
  await page.keyboard.press('o')
  await expect(page.getByRole('tab', { name: 'Overview' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('t')
  await expect(screen(page)).toContainText('pasted-42')
  expect(complaints).toEqual([])
})

test('colours, width and size are right under the policy of the page, in both themes', async ({ page }) => {
  await using lab = await DaemonLab.start()
  const complaints = complaintsOf(page)
  const colours =
    "printf '\\033[31mred\\033[0m \\033[38;2;10;160;90mtrue\\033[0m \\033[1mbold\\033[0m \\033[7mback\\033[0m\\n'"
  const table = 'for i in {0..15}; do printf "\\033[48;5;%sm %2d \\033[0m" $i $i; done; echo'
  await openTerminal(lab, page, [
    '/bin/bash',
    '-c',
    `${colours}; ${table}; stty size; trap 'stty size' WINCH; while :; do sleep 0.1; done`,
  ])
  await expect(screen(page)).toContainText('red true bold back')
  const shown = (text: string) => screen(page).getByText(text, { exact: true }).first()
  // Before axe is there, whose own styles are refused.
  expect(complaints).toEqual([])
  await inBothThemes(page, async (theme) => {
    const [red, plain] =
      theme === 'light' ? ['rgb(180, 35, 24)', 'rgb(45, 50, 60)'] : ['rgb(255, 123, 114)', 'rgb(211, 215, 222)']
    await expect(shown('red')).toHaveCSS('color', red)
    await expect(shown('bold')).toHaveCSS('color', plain)
    // A colour that the program mixed itself, made as dark as the page needs it.
    await expect(shown('true')).not.toHaveCSS('color', plain)
    await expectAccessible(page, `a terminal, ${theme}`)
    await page.screenshot({ path: test.info().outputPath(`terminal-${theme}.png`) })
  })
  // As wide as the pane: the program was told another size than that of a terminal nobody looks at.
  await expect(screen(page)).toContainText(/\d+ 1\d\d/)
  const box = await page.locator('.terminal-host').boundingBox()
  const rows = await screen(page).boundingBox()
  expect(rows?.width ?? 0).toBeGreaterThan((box?.width ?? 0) * 0.9)
})

test('the program is told the size of its terminal, also when that changes', async ({ page }) => {
  await using lab = await DaemonLab.start()
  const script = "trap 'stty size' WINCH; echo ready; while :; do sleep 0.1; done"
  await page.setViewportSize({ width: 1600, height: 900 })
  await openTerminal(lab, page, ['/bin/bash', '-c', script])
  await expect(screen(page)).toContainText('ready')
  for (const height of [500, 700]) {
    await page.setViewportSize({ width: 1600, height })
    // The line that the program printed last, as it was told.
    const told = async () => Number(/(\d+) \d+\s*$/.exec(await screen(page).innerText())?.[1])
    await expect.poll(told).toBe(await rowsThatFit(page))
  }
  // The name beside all five tabs, also at 200 %.
  for (const width of [1600, 640]) {
    await page.setViewportSize({ width, height: 500 })
    const isCut = '(name => name.scrollWidth > name.clientWidth)(document.querySelector(".dhead .what .cut"))'
    expect(await page.evaluate(isCut)).toBe(false)
  }
})

test('what has no terminal has no tab; what has ended says how, and where its output is', async ({ page }) => {
  await using lab = await DaemonLab.start()
  await lab.startScript('plain', 'sleep 1000')
  await lab.startScript('other', 'sleep 1000')
  await openTerminal(lab, page, ['/bin/sh', '-c', 'echo hello; read answer; exit 3'])
  await expect(screen(page)).toContainText('hello')
  await input(page).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText('The program ended with code 3. Its output is in Logs.')).toBeVisible()
  await expect(screen(page)).toContainText('hello')
  await page.reload()
  await showTerminal(page, 'shell')
  await expect(page.getByRole('heading', { name: 'The program ended with code 3.' })).toBeVisible()
  await expectAccessible(page, 'a terminal that has ended')
  await page.getByRole('button', { name: 'Show logs' }).click()
  await expect(page.getByRole('log')).toContainText('hello')
  await page.getByRole('row').filter({ hasText: 'plain' }).click()
  await expect(page.getByRole('tab', { name: 'Overview' })).toBeVisible()
  await expect(page.getByRole('tab', { name: 'Terminal' })).toHaveCount(0)
  // Logs are shown in its place, so those of several are shown as one.
  await page.getByRole('row').filter({ hasText: 'shell' }).click()
  await page.getByRole('tab', { name: 'Terminal' }).click()
  await page.getByRole('row').filter({ hasText: 'plain' }).click()
  await page
    .getByRole('row')
    .filter({ hasText: 'other' })
    .click({ modifiers: ['Control'] })
  await expect(page.getByRole('region', { name: 'Logs of 2 processes' })).toBeVisible()
})

test('a lost daemon is told, and the next one shows what became of it', async ({ page }) => {
  await using lab = await DaemonLab.start()
  const address = await openTerminal(lab, page, shell)
  await expect(screen(page)).toContainText('ready>')
  await lab.killDaemon()
  await expect(page.getByText(/Not connected. What you see may be old/)).toBeVisible()
  await expect(page.getByText('Those with a terminal end with the daemon.')).toBeVisible()
  await lab.startDaemon()
  await freshAddress(lab, new URL(address).host)
  await expect(page.getByText(/was ended by SIGHUP \(its terminal ended with the daemon\)/).first()).toBeVisible()
})

test('a full-screen program fills the pane and is there again after a reload', async ({ page }) => {
  await using lab = await DaemonLab.start()
  const draw = 'printf \'\\033[2J\\033[Hdrawn for %s\' "$(stty size)"'
  const script = `seq 1 30000; printf '\\033[?1049h'; trap ${JSON.stringify(draw)} WINCH; ${draw}; while :; do sleep 0.05; done`
  await openTerminal(lab, page, ['/bin/bash', '-c', script], 'editor')
  await expect(screen(page)).toContainText('drawn for')
  await page.reload()
  await showTerminal(page, 'editor')
  await expect(screen(page)).toContainText('drawn for')
  await expect(screen(page)).not.toContainText('30000')
})

test('a new process is given a terminal', async ({ page }) => {
  await using lab = await DaemonLab.start()
  await page.goto(await freshAddress(lab))
  await page
    .getByRole('button', { name: /^New process/ })
    .first()
    .click()
  await page.getByRole('textbox', { name: 'Command' }).fill("sh -c 'echo asked; read x'")
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('asker')
  await page.getByRole('checkbox', { name: /Give it a terminal/ }).check()
  await expect(page.getByText(/The program ends when the daemon is stopped/)).toBeVisible()
  await expectAccessible(page, 'a new process with a terminal')
  await page.screenshot({ path: test.info().outputPath('new-process-terminal.png') })
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await showTerminal(page, 'asker')
  await expect(screen(page)).toContainText('asked')
  expect((await lab.row('asker')).pty).toBe(true)
})
