import { test } from '@playwright/test'
import type { Life } from '../../src/shared/domain/life.ts'
import { success } from '../../src/shared/domain/result.ts'
import type { DependenceRow } from '../../src/shared/domain/rows.ts'
import { FakeDaemon } from '../helpers/fake-daemon.ts'
import { answerHistory, historyOfRuns } from '../helpers/fake-history.ts'
import { oneOfEach, scene } from '../helpers/fake-scene.ts'
import { chromiumLaunch } from '../helpers/chromium.ts'
import { processDetail, processRow, sessionRow, upLife } from '../helpers/rows.ts'
test.use({ launchOptions: chromiumLaunch() })
test('shots', async ({ page }) => {
  const now = Date.now()
  const edge = (parent: string, child: string, label: string, holds: boolean): DependenceRow => ({ sessionId: 'session-1', parent: { kind: 'process', id: parent }, required: { kind: 'state', label }, childId: child, onLoss: 'keep', holds })
  const tws = processRow({ id: 'tws', alias: 'master.tws', life: upLife(4711), state: 'operative', score: 0.97, startedAt: now - 90000, usage: { cpuPct: 38, rssBytes: 291e6, listen: ['127.0.0.1:7496'] }, cpuHistory: [1, 5, 9, 3, 20, 38] })
  const blocked: Life = { kind: 'blocked', since: now, isRestart: false }
  const trader = processRow({ id: 'trader', alias: 'master.trader', life: blocked, waitingFor: [{ kind: 'parent', id: 'slave', name: 'slave.tws', required: { kind: 'state', label: 'operative' }, now: 'starting' }], notices: ['definition changed: its command line applies at the next start'] })
  const amb: Life = { kind: 'ambiguous', run: 2, since: now, candidates: [{ pid: 71, command: '/opt/tws --paper' }, { pid: 72, command: '/opt/tws --live' }] }
  const twin = processRow({ id: 'twin', alias: 'twin', life: amb })
  const rows = [tws, trader, twin, ...oneOfEach(now).map(({ row }) => row)]
  const deps = [edge('tws', 'trader', 'operative', true), { ...edge('warm-up', 'trader', 'operative', false), onLoss: 'stop' as const }, edge('tws', 'board', 'ready', true)]
  const snapshot = { sessions: [sessionRow({ active: false, problems: ['etc/master.tws.yaml, line 3: restart must be 0, 1 or on-failure.'] })], processes: rows, dependences: deps, hosts: [{ name: 'local', cores: 16, load1: 3.1 }] }
  const show = (input: unknown) => {
    const row = rows.find(({ id }) => id === (input as { id: string }).id) ?? tws
    return success({ ...processDetail(row), ready: { check: { kind: 'port', port: 7496 }, intervalMs: 1000, timeoutMs: 60000 }, states: [{ label: 'operative', fingerprint: { cmdline: ['x'], listen: ['1'], established: ['1', '2'], udp: null, files: ['a'] }, when: null, ignore: [], require: [], savedAt: now }, { label: 'idle', fingerprint: null, when: 'len(fp.established) == 0', ignore: [], require: [], savedAt: now - 1e9 }] })
  }
  await using daemon = await FakeDaemon.start(scene(rows, { snapshot, calls: { 'process.show': show, 'process.history': answerHistory(historyOfRuns(12, now)), 'sessions.activate': () => ({ ok: false, code: 'conflict', message: 'It would run on this machine for the first time:\nmaster.tws: /opt/tws username=me\nmaster.trader: /opt/sync', hint: '' }) as never } }))
  for (const [w, h, theme] of [[1280, 800, 'dark'], [880, 560, 'light'], [1600, 900, 'light']] as const) {
    await page.setViewportSize({ width: w, height: h })
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.goto('about:blank')
    await page.goto(daemon.url)
    const shot = (name: string) => page.screenshot({ path: `/tmp/shots/${w}-${name}.png` })
    await page.locator('[data-key="trader"]').click()
    await page.keyboard.press('d'); await page.getByRole('region', { name: /^Dependencies of/ }).waitFor(); await shot('deps')
    await page.keyboard.press('h'); await page.getByRole('region', { name: /^History of/ }).waitFor(); await page.getByText('Run 12', { exact: true }).waitFor(); await shot('history')
    await page.locator('[data-key="tws"]').click(); await page.waitForTimeout(300)
    await page.keyboard.press('o'); await page.getByRole('table', { name: 'States' }).waitFor(); await page.getByRole('table', { name: 'States' }).scrollIntoViewIfNeeded(); await shot('overview')
    await page.locator('[data-key="twin"]').click(); await page.getByRole('group', { name: /Which/ }).waitFor(); await shot('twin')
    await page.locator('[data-key="group:session-1"]').click({ button: 'right' }); await page.getByRole('menu').waitFor(); await page.waitForTimeout(150); await shot('menu')
    await page.getByRole('menuitem', { name: 'Activate session', exact: true }).click(); await page.getByRole('alertdialog').waitFor(); await page.waitForTimeout(250); await shot('activate')
    await page.keyboard.press('Escape'); await page.waitForTimeout(250)
    await page.keyboard.press('n'); await page.getByRole('dialog').waitFor(); await page.getByRole('combobox', { name: 'Ready when' }).click(); await page.getByRole('option', { name: 'Port answers' }).click(); await page.waitForTimeout(250); await shot('new')
    await page.keyboard.press('Escape'); await page.waitForTimeout(250)
  }
  await using empty = await FakeDaemon.start(scene([], { snapshot: { sessions: [], processes: [], dependences: [], hosts: [] } }))
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(empty.url); await page.getByText('Nothing runs yet').waitFor(); await page.screenshot({ path: '/tmp/shots/empty.png' })
})
