import { expect, test } from '@playwright/test'
import { startDesktopApp } from '../helpers/desktop-app.ts'
import { requireElectron } from '../helpers/electron.ts'

test.beforeEach(async () => requireElectron(test.info()))

test('the sample session is one press away: it starts, is supervised, has a history, and can be deactivated', async () => {
  await using app = await startDesktopApp(test.info())
  const { window } = app
  await window.getByRole('button', { name: /^Try the sample session/ }).click()
  const rows = window.locator('[role=row][data-status]')
  await expect(rows).toHaveCount(4)
  const head = window.locator('[role=row][data-key^="group:"]')
  await expect(head).toBeFocused()
  await expect(window.locator('[role=row][data-status="running"]')).toHaveCount(4, { timeout: 30_000 })

  await rows.filter({ hasText: 'trader' }).first().click()
  await window.keyboard.press('d')
  const parents = window.getByRole('region', { name: 'Parents' }).getByRole('listitem')
  await expect(parents.first()).toContainText('it is')
  await window.keyboard.press('h')
  const history = window.getByRole('region', { name: /^History of/ })
  await expect(history.getByRole('region', { name: 'Run 1' })).toContainText('Running as pid')
  await expect(history.getByRole('region', { name: 'Before the first run' })).toBeVisible()
  await window.screenshot({ path: test.info().outputPath('sample.png') })

  await head.click({ button: 'right' })
  await window.getByRole('menuitem', { name: 'Deactivate session…' }).click()
  await window.getByRole('alertdialog').getByRole('button', { name: 'Deactivate' }).click()
  await expect(head).toContainText('not supervised')
  await expect(window.locator('[role=row][data-status="stopped"]')).toHaveCount(4, { timeout: 30_000 })
  expect(app.complaints).toEqual([])
})
