import { expect, test } from '@playwright/test'
import { startDesktopApp } from '../helpers/desktop-app.ts'
import { requireElectron } from '../helpers/electron.ts'
import { requireParts } from '../helpers/real-parts.ts'

test.beforeEach(async () => {
  requireParts(test.info(), 'terminals')
  await requireElectron(test.info())
})

test('keys of the menu belong to the program while its terminal has the keyboard; quitting says what ends', async () => {
  await using app = await startDesktopApp(test.info())
  const { window, lab } = app
  const argv = ['/usr/bin/env', 'PS1=ready> ', 'bash', '--norc', '--noprofile', '-i']
  await lab.ask('process.start', { workspace: lab.workspace, argv, alias: 'shell', restart: 'never', pty: true })
  await window.getByRole('row').filter({ hasText: 'shell' }).click()
  await window.getByRole('tab', { name: 'Terminal' }).click()
  const screen = window.locator('.xterm-rows')
  const input = window.getByRole('textbox', { name: 'Terminal of shell' })
  await expect(screen).toContainText('ready>')
  await input.focus()
  // Closes the window elsewhere, and here takes a word away.
  await window.keyboard.type('echo away')
  await window.keyboard.press('Control+w')
  await window.keyboard.type('typed')
  await window.keyboard.press('Enter')
  await expect(screen).toContainText('echo typedtyped')

  await screen.getByText('typed').last().dblclick({ force: true })
  await window.keyboard.press('Control+Shift+C')
  await input.focus()
  await window.keyboard.type('echo +')
  await window.keyboard.press('Control+Shift+V')
  await window.keyboard.press('Enter')
  await expect(screen).toContainText(/\+typed|\+echo typed/)

  await window.keyboard.press('Control+F6')
  await expect(input).not.toBeFocused()
  await window.keyboard.press('Control+q')
  await expect(window.getByText('shell has a terminal, so it ends when the daemon is stopped.')).toBeVisible()
  await window.getByRole('button', { name: 'Cancel' }).click()
  expect(app.complaints).toEqual([])
})
