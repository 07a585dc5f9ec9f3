import { existsSync } from 'node:fs'
import path from 'node:path'
import { type ElectronApplication, expect, test } from '@playwright/test'
import { startDesktop } from '../helpers/desktop.ts'
import { launchElectron, requireElectron } from '../helpers/electron.ts'
import { requireParts } from '../helpers/real-parts.ts'
import { until } from '../helpers/until.ts'

const trayApp = path.join(import.meta.dirname, '..', 'fixtures', 'tray-app')

function clicksOf(app: ElectronApplication): Promise<string[]> {
  return app.evaluate(() => (globalThis as unknown as { clicks: string[] }).clicks)
}

test('a program is started on a private desktop, and its tray and notifications are read and clicked', async () => {
  await requireElectron(test.info())
  await using desktop = await startDesktop()
  await using app = await launchElectron({
    app: trayApp,
    env: desktop.env,
    userData: test.info().outputPath('user-data'),
  })
  await expect((await app.firstWindow()).getByRole('heading')).toHaveText('Tray app')
  expect(await app.evaluate(({ app: self }) => [self.name, self.getVersion()])).toEqual(['Tray app', '1.2.3'])

  await test.step('the item and its icon', async () => {
    const item = await desktop.tray.item()
    expect(item.toolTip).toBe('2 running')
    expect(item.icons.map(({ width, height }) => [width, height])).toEqual([[16, 16]])
    await desktop.tray.activate()
    await until(async () => (await clicksOf(app)).includes('icon'), { what: 'the click on the icon' })
    await desktop.tray.click(['Turn dark'])
    await until(async () => (await desktop.tray.item()).icons[0]?.sha256 !== item.icons[0]?.sha256, {
      what: 'a new icon',
    })
  })

  await test.step('the menu', async () => {
    const menu = await desktop.tray.menu()
    expect(menu.map(({ label, type, enabled, checked }) => [label, type, enabled, checked])).toEqual([
      ['Show window', 'normal', true, false],
      ['', 'separator', true, false],
      ['Stop…', 'normal', true, false],
      ['Nothing to do', 'normal', false, false],
      ['Follow', 'checkmark', true, true],
      ['Start another', 'normal', true, false],
      ['Notify', 'normal', true, false],
      ['Turn dark', 'normal', true, false],
    ])
    expect(menu[2]?.children.map(({ label }) => label)).toEqual(['web', 'worker'])
    await desktop.tray.click(['Stop…', 'worker'])
    await until(async () => (await clicksOf(app)).includes('worker'), { what: 'the click on worker' })
    await expect(desktop.tray.click(['Stop…', 'nobody'])).rejects.toThrow('Stop… > nobody')
    await expect(desktop.tray.click(['Nothing to do'])).rejects.toThrow('disabled')
  })

  await test.step('a menu that changes', async () => {
    await desktop.tray.click(['Start another'])
    await until(async () => (await desktop.tray.menu())[2]?.children.length === 3, { what: 'a third entry' })
    await desktop.tray.click(['Stop…', 'snake_case'])
    await until(async () => (await clicksOf(app)).includes('snake_case'), { what: 'the click on snake_case' })
  })

  await test.step('a notification', async () => {
    await desktop.tray.click(['Notify'])
    const shown = await until(async () => (await desktop.notifications.list())[0], { what: 'a notification' })
    expect(shown).toMatchObject({ summary: 'worker ended', body: 'exit code 7', urgency: 2 })
    await desktop.notifications.click(shown.id)
    await until(async () => (await clicksOf(app)).includes('notification'), { what: 'the click on the notification' })
    expect(await desktop.notifications.list()).toEqual([])
  })
})

test('a desktop leaves no process behind', async () => {
  requireParts(test.info(), 'desktop')
  const desktop = await startDesktop()
  expect(desktop.pids.every((pid) => existsSync(`/proc/${pid}`))).toBe(true)
  await desktop[Symbol.asyncDispose]()
  expect(desktop.pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([])
  await expect(desktop.tray.items()).rejects.toThrow('ended')
})
