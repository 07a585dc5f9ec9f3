import { readFileSync } from 'node:fs'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { expectAccessible, inBothThemes } from '../helpers/accessibility.ts'
import { isRunning, pidOf } from '../helpers/daemon-lab.ts'
import { clickApplicationMenu, type DesktopApp, startDesktopApp } from '../helpers/desktop-app.ts'
import { requireElectron } from '../helpers/electron.ts'
import { until } from '../helpers/until.ts'

const counter = 'i=0; while :; do i=$((i+1)); echo line $i; sleep 0.05; done'

const rowOf = (page: Page, name: string): Locator => page.getByRole('row').filter({ hasText: name })
const hasStatus = (page: Page, name: string, word: string) =>
  expect(rowOf(page, name).getByRole('gridcell', { name: word, exact: true })).toBeVisible()

test.beforeEach(async () => requireElectron(test.info()))

test('the window shows a real process live, and a follower of its log sees every line', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab } = app
  await expect(window.getByText('Nothing runs yet')).toBeVisible()
  const row = await lab.startScript('counter', counter)
  await hasStatus(window, 'counter', 'Running')
  await expect(rowOf(window, 'counter')).toContainText(`${pidOf(row)}`)

  await rowOf(window, 'counter').click()
  await window.keyboard.press('Enter')
  const log = window.getByRole('log')
  await expect(log).toContainText('line 40')
  const numbers = (await log.innerText()).match(/line \d+/g)?.map((line) => Number(line.slice(5))) ?? []
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))

  await lab.ask('process.stop', { targets: [lab.target('counter')], now: false, wait: true })
  await hasStatus(window, 'counter', 'Stopped')
  expect(app.complaints).toEqual([])
})

test('commands of the application menu act on the selection, and are enabled only when they can', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab, electron } = app
  await lab.startScript('sleeper', 'exec sleep 3000')
  await hasStatus(window, 'sleeper', 'Running')
  await rowOf(window, 'sleeper').click()
  await until(() => isMenuEnabled(app, 'process.stop'), { what: 'Stop in the menu' })
  expect(await isMenuEnabled(app, 'process.start')).toBe(false)

  await clickApplicationMenu(electron, 'process.stop')
  await hasStatus(window, 'sleeper', 'Stopped')
  await until(() => isMenuEnabled(app, 'process.start'), { what: 'Start in the menu' })
  await clickApplicationMenu(electron, 'process.start')
  await hasStatus(window, 'sleeper', 'Running')
  expect((await lab.row('sleeper')).run).toBe(2)
  await clickApplicationMenu(electron, 'process.restart')
  await lab.untilRow('sleeper', 'is in its third run', ({ run, life }) => run === 3 && life.kind === 'up')

  await clickApplicationMenu(electron, 'process.kill')
  await expect(window.getByRole('alertdialog')).toContainText('Kill sleeper?')
  await window.getByRole('button', { name: 'Kill', exact: true }).click()
  await hasStatus(window, 'sleeper', 'Stopped')
})

test('keys, toolbar and context menu do the same', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab } = app
  await lab.startScript('sleeper', 'exec sleep 3001')
  await rowOf(window, 'sleeper').click()
  await window.keyboard.press('x')
  await hasStatus(window, 'sleeper', 'Stopped')
  await window.keyboard.press('s')
  await hasStatus(window, 'sleeper', 'Running')
  await rowOf(window, 'sleeper').click({ button: 'right' })
  await window.getByRole('menuitem', { name: /^Stop/ }).click()
  await hasStatus(window, 'sleeper', 'Stopped')
  await rowOf(window, 'sleeper').click()
  await window.keyboard.press('Enter')
  const details = window.getByRole('region', { name: /Details of sleeper/ })
  await details.getByRole('button', { name: /^Start/ }).click()
  await hasStatus(window, 'sleeper', 'Running')
})

test('the tray counts, and its menu stops and starts with the window closed', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab, desktop } = app
  const row = await lab.startScript('worker', 'exec sleep 3002')
  await lab.startScript('broken', 'exit 3')
  await until(async () => (await desktop.tray.item()).toolTip.includes('1 running, 1 failed'), { what: 'the counts' })
  const menu = await desktop.tray.menu()
  expect(menu[0]?.label).toBe('1 running, 1 failed')
  expect(menu.find(({ label }) => label === 'broken (exit 3)')?.children.map(({ label }) => label)).toContain('Start')

  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await until(async () => (await visibleWindows(app)) === 0, { what: 'the window to be hidden' })
  await desktop.tray.click(['worker', 'Stop'])
  await until(() => !isRunning(pidOf(row)), { what: 'the end of the worker' })
  await until(async () => (await desktop.tray.menu())[0]?.label === '1 failed', { what: 'the new count' })

  await desktop.tray.click(['Open Procession'])
  await until(async () => (await visibleWindows(app)) === 1, { what: 'the window' })
  await hasStatus(window, 'worker', 'Stopped')
  await desktop.tray.click(['broken (exit 3)', 'Show'])
  await expect(window.getByRole('region', { name: /Details of broken/ })).toBeVisible()
})

test('a new process is made in the dialog, and an error stands under its field', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab } = app
  await hasLoaded(window)
  await window.keyboard.press('n')
  const dialog = window.getByRole('dialog', { name: 'New process' })
  await dialog.getByRole('textbox', { name: 'Command' }).fill('/no/such/program --depth 10')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('made-here')
  await dialog.getByRole('button', { name: 'Start' }).click()
  await expect(dialog).toContainText('/no/such/program')
  await expect(dialog).toContainText('was not found')
  await dialog.getByRole('textbox', { name: 'Command' }).fill(`/bin/sh -c 'echo "one two"; exec sleep 3003'`)
  await dialog.getByRole('button', { name: 'Start' }).click()
  await expect(dialog).toBeHidden()
  await hasStatus(window, 'made-here', 'Running')
  await until(async () => lab.output(await lab.row('made-here')) === 'one two\n', { what: 'the output' })
})

test('the log finds, pauses while it is read, and says what arrived meanwhile', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab } = app
  await lab.startScript(
    'chatty',
    'i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo "\\033[31mline\\033[0m $i"; done; read -r x < /dev/null; while :; do i=$((i+1)); echo "line $i"; sleep 0.1; done',
  )
  await rowOf(window, 'chatty').click()
  await window.keyboard.press('Enter')
  const log = window.getByRole('log')
  await expect(log).toContainText('line 405')
  expect(await log.innerText()).not.toContain('[31m')

  await log.hover()
  await window.mouse.wheel(0, -2000)
  await expect(window.getByText(/arrived while you were reading/)).toBeVisible()
  await window.getByRole('button', { name: /Show them/ }).click()
  await expect(window.getByText(/arrived while you were reading/)).toBeHidden()

  await window.keyboard.press('Control+f')
  await window.keyboard.type('line 123')
  await window.keyboard.press('Enter')
  await expect(window.getByText('1 of 1')).toBeVisible()
  await expect(log).toContainText('line 123')
})

test('quitting asks; processes may go on, and do', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab, electron } = app
  const row = await lab.startScript('sleeper', 'exec sleep 3004')
  await hasStatus(window, 'sleeper', 'Running')
  await window.keyboard.press('Control+q')
  const question = window.getByRole('alertdialog')
  await expect(question).toContainText('Quit and leave 1 process running?')
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(question).toBeHidden()

  await window.keyboard.press('Control+q')
  const closed = electron.waitForEvent('close')
  // The page goes with the click, before Playwright has seen its end.
  await Promise.all([
    closed,
    question
      .getByRole('button', { name: 'Leave running' })
      .click()
      .catch(() => {}),
  ])
  expect(isRunning(pidOf(row))).toBe(true)
  expect(isRunning(lab.daemonPid)).toBe(true)
})

test('a killed daemon comes back by itself, with the same processes and no duplicate', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab } = app
  const row = await lab.startScript('survivor', counter)
  await hasStatus(window, 'survivor', 'Running')
  await lab.killDaemon()
  await until(
    async () => {
      await lab.startDaemon()
      return true
    },
    { what: 'the daemon' },
  )
  await hasStatus(window, 'survivor', 'Running')
  expect(pidOf(await lab.row('survivor'))).toBe(pidOf(row))
  await rowOf(window, 'survivor').click()
  await window.keyboard.press('Enter')
  await expect(window.getByRole('log')).toContainText(/line \d+/)
})

test('a daemon that keeps dying is started five times, then the app says so and waits for a person', async () => {
  test.setTimeout(120_000)
  await using app = await startDesktopApp(test.info())
  const { window, lab, desktop } = app
  const row = await lab.startScript('survivor', 'exec sleep 3005')
  await hasStatus(window, 'survivor', 'Running')
  let pid = lab.daemonPid
  for (let death = 1; death <= 6; death++) {
    process.kill(pid, 'SIGKILL')
    await until(() => !isRunning(pid), { what: `death ${death} of the daemon` })
    if (death < 6)
      pid = await until(() => lab.answeringPid(), { what: `start ${death} of the daemon`, timeoutMs: 30_000 })
  }
  // Which of the two depends on whether the last one had been connected to when it died.
  await expect(window.getByRole('alert').filter({ hasText: /ended 6 times|could not be started/ })).toBeVisible()
  expect(readFileSync(lab.places.log, 'utf8').match(/The daemon begins/g)).toHaveLength(1 + 5)
  expect(await lab.answeringPid()).toBeNull()
  await until(async () => (await desktop.tray.menu()).some(({ label }) => label === 'Try again'), {
    what: 'Try again in the tray',
  })
  expect(isRunning(pidOf(row))).toBe(true)

  await desktop.tray.click(['Try again'])
  await until(() => lab.answeringPid(), { what: 'the daemon', timeoutMs: 30_000 })
  await hasStatus(window, 'survivor', 'Running')
  await lab.startDaemon()
  expect(pidOf(await lab.row('survivor'))).toBe(pidOf(row))
})

test('a picture of the window is what the theme says', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab } = app
  await lab.startScript('counter', counter)
  await hasStatus(window, 'counter', 'Running')
  await window.emulateMedia({ colorScheme: 'dark' })
  await window.screenshot({ path: test.info().outputPath('dark.png') })
  const size = readFileSync(test.info().outputPath('dark.png'))
  // Width and height stand at 16 and 20 of a PNG (RFC 2083, 4.1.1).
  expect([size.readUInt32BE(16), size.readUInt32BE(20)]).toEqual([1280, 800])
  const colours = () => window.evaluate(`getComputedStyle(document.body).backgroundColor`)
  expect(await colours()).toBe('rgb(15, 17, 21)')
  await window.emulateMedia({ colorScheme: 'light' })
  expect(await colours()).toBe('rgb(255, 255, 255)')
})

test('the page has no way out: sandboxed, isolated, no foreign page, no second window', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, electron } = app
  await hasLoaded(window)
  expect(await window.evaluate(() => ['require', 'process', 'Buffer'].filter((name) => name in globalThis))).toEqual([])
  expect(
    await window.evaluate(() => Object.keys((globalThis as unknown as { procession: object }).procession).sort()),
  ).toEqual(['connect', 'platform'])
  const before = window.url()
  await window.evaluate(`window.open('https://example.org/'); location.href = 'https://example.org/'`)
  const injected = `(() => {
    const script = document.createElement('script')
    script.textContent = 'globalThis.injected = true'
    document.head.append(script)
    return 'injected' in globalThis
  })()`
  expect(await window.evaluate(injected)).toBe(false)
  expect(window.url()).toBe(before)
  expect(electron.windows()).toHaveLength(1)
})

test('every view is accessible in both themes', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab } = app
  await hasLoaded(window)
  await inBothThemes(window, (theme) => expectAccessible(window, `the empty screen, ${theme}`))
  await lab.startScript('counter', counter)
  await lab.startScript('broken', 'echo "Traceback: boom" >&2; exit 1')
  await hasStatus(window, 'broken', 'Failed')
  await rowOf(window, 'broken').click()
  await window.keyboard.press('Enter')
  await expect(window.getByRole('log')).toContainText('boom')
  await inBothThemes(window, (theme) => expectAccessible(window, `grid and log, ${theme}`))
  await window.getByRole('tab', { name: /Overview/ }).click()
  await expect(window.getByRole('tabpanel')).toContainText('exit 1')
  await inBothThemes(window, (theme) => expectAccessible(window, `overview, ${theme}`))
  await window
    .getByRole('button', { name: /New process/ })
    .first()
    .click()
  await expect(window.getByRole('dialog', { name: 'New process' })).toBeVisible()
  await inBothThemes(window, (theme) => expectAccessible(window, `new process, ${theme}`))
  await window.keyboard.press('Escape')
  await window.keyboard.press('Control+k')
  await expect(window.getByRole('combobox')).toBeVisible()
  await inBothThemes(window, (theme) => expectAccessible(window, `palette, ${theme}`))
  await window.keyboard.press('Escape')
  await window.keyboard.press('F1')
  await inBothThemes(window, (theme) => expectAccessible(window, `keys, ${theme}`))
})

test('no secret is on the screen, in the log of the daemon or in the page', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab } = app
  await lab.ask('process.start', {
    workspace: lab.workspace,
    uri: 'exec://localhost/usr/bin/env?username=me&password=Zanzibar-4711',
    alias: 'login',
  })
  await rowOf(window, 'login').click()
  await window.keyboard.press('Enter')
  await window.getByRole('tab', { name: /Overview/ }).click()
  await expect(window.getByRole('tabpanel')).toContainText('password=•••')
  expect(await window.content()).not.toContain('Zanzibar')
  expect(readFileSync(lab.places.log, 'utf8')).not.toContain('Zanzibar')
})

const hasLoaded = (page: Page) => expect(page.getByText('Nothing runs yet')).toBeVisible()

const isMenuEnabled = (app: DesktopApp, id: string): Promise<boolean> =>
  app.electron.evaluate(({ Menu }, wanted) => Menu.getApplicationMenu()?.getMenuItemById(wanted)?.enabled ?? false, id)

const visibleWindows = (app: DesktopApp): Promise<number> =>
  app.electron.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows().filter((window) => window.isVisible()).length,
  )
