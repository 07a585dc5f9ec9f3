import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from '../helpers/accessibility.ts'
import { type DesktopApp, startDesktopApp } from '../helpers/desktop-app.ts'
import { requireElectron } from '../helpers/electron.ts'
import { until } from '../helpers/until.ts'

// Notifications as the desktop gets them: over D-Bus, read back from a notification server of the test's own.

test.beforeEach(async () => requireElectron(test.info()))

test('what fails on its own is notified while nobody looks; a click opens its log, a new start takes it back', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab } = app
  await hideWindow(app)
  await lab.startScript('sleeper', 'exec sleep 3010')
  await lab.ask('process.stop', { targets: [lab.target('sleeper')], now: false, wait: true })
  await lab.startScript('broken', 'echo "Traceback: boom" >&2; exit 3')

  const shown = await untilShown(app, 'broken failed (exit 3)')
  expect(shown.body).toContain('Exited with code 3')
  expect(titles(app)).toEqual(['broken failed (exit 3)'])
  await app.desktop.notifications.click(shown.id)
  await expect(window.getByRole('region', { name: 'Details of broken' })).toBeVisible()
  await expect(window.getByRole('log')).toContainText('Traceback: boom')
  await until(async () => (await visibleWindows(app)) === 1, { what: 'the window' })

  await hideWindow(app)
  const flag = `${lab.folder}/flag`
  await lab.startScript('repaired', `[ -e ${flag} ] && exec sleep 3011; touch ${flag}; exit 4`)
  const told = await untilShown(app, 'repaired failed (exit 4)')
  await lab.ask('process.startKnown', { targets: [lab.target('repaired')] })
  await until(async () => (await listed(app)).every(({ id }) => id !== told.id), {
    what: 'the end of the notification',
  })
})

test('a crash loop is notified once, when it is given up', async () => {
  await using app = await startDesktopApp(test.info())
  const { lab } = app
  await hideWindow(app)
  await lab.startScript('loop', 'exit 1', { restart: 'always', restartLimit: { deaths: 3, withinMs: 60_000 } })
  await untilShown(app, 'Gave up restarting loop (exit 1)')
  expect(titles(app)).toEqual(['Gave up restarting loop (exit 1)'])
  await until(async () => (await app.desktop.tray.menu()).some(({ label }) => label === 'loop (restarts given up)'), {
    what: 'the failure in the tray',
  })
  await lab.ask('process.detach', { target: lab.target('loop'), purge: false })
  await until(async () => (await listed(app)).length === 0, { what: 'the end of the notification' })
})

test('a burst becomes one notification that shows all of them', async () => {
  await using app = await startDesktopApp(test.info())
  const { lab, window } = app
  await hideWindow(app)
  await Promise.all(['a', 'b', 'c', 'd'].map((name) => lab.startScript(name, 'exit 2')))
  const shown = await untilShown(app, '4 processes failed')
  expect((await listed(app)).map(({ summary }) => summary)).toEqual(['4 processes failed'])
  await app.desktop.notifications.click(shown.id)
  await expect(window.getByRole('button', { name: /^Needs attention/ })).toHaveAttribute('aria-pressed', 'true')
})

test('while the window is looked at, a note in it takes the place of the notification', async () => {
  await using app = await startDesktopApp(test.info())
  const { lab, window } = app
  await loaded(window)
  await until(() => app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow() !== null), {
    what: 'the focus',
  })
  await lab.startScript('broken', 'echo "Traceback: boom" >&2; exit 3')
  const notes = window.getByRole('region', { name: 'Notifications' })
  await expect(notes).toContainText('broken failed (exit 3)')
  await expectAccessible(window, 'a note about a failure')
  await window.screenshot({ path: test.info().outputPath('note.png') })
  await notes.getByRole('button', { name: 'Show log' }).click()
  await expect(window.getByRole('log')).toContainText('Traceback: boom')
  expect(titles(app)).toEqual([])
  await lab.startScript('worse', 'exit 4')
  await expect(notes).toContainText('worse failed (exit 4)')
  await notes.getByRole('button', { name: 'Dismiss' }).click()
  await expect(notes).not.toContainText('worse failed')
})

test('quitting names what goes on', async () => {
  await using app = await startDesktopApp(test.info())
  const { lab, window } = app
  await lab.startScript('sleeper', 'exec sleep 3012')
  await lab.startScript('again', 'exit 1', { restart: 'always', restartLimit: null })
  await expect(window.getByRole('row').filter({ hasText: 'sleeper' })).toContainText('Running')
  await lab.untilRow('again', 'waits to be restarted', ({ life, restarts }) => life.kind === 'backoff' && restarts > 2)
  await expect(window.getByRole('row').filter({ hasText: 'again' })).toContainText('Restarts in')
  await window.keyboard.press('Control+q')
  const question = window.getByRole('alertdialog', { name: 'Quit and leave 1 process running?' })
  await expect(question).toContainText('The daemon keeps it running in the background: sleeper.')
  await expect(question).toContainText('1 more waits to start: again.')
  await expect(question.getByRole('button', { name: 'Leave running' })).toBeFocused()
})

const listed = (app: DesktopApp) => app.desktop.notifications.list()

const untilShown = (app: DesktopApp, title: string) =>
  until(async () => (await listed(app)).find(({ summary }) => summary === title), {
    what: `the notification ${title}`,
    timeoutMs: 30_000,
  })

/** Titles of everything that was notified so far. */
const titles = (app: DesktopApp): string[] =>
  app.desktop.events.flatMap((event) => (event.event === 'notification' ? event.notification.summary : []))

async function hideWindow(app: DesktopApp): Promise<void> {
  await loaded(app.window)
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await until(async () => (await visibleWindows(app)) === 0, { what: 'the window to be hidden' })
}

const loaded = (page: Page) => expect(page.getByText('connected')).toBeVisible()

const visibleWindows = (app: DesktopApp): Promise<number> =>
  app.electron.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows().filter((window) => window.isVisible()).length,
  )
