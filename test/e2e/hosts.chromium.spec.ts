import { expect, type Locator, type Page, test } from '@playwright/test'
import type { Life } from '../../src/shared/domain/life.ts'
import { success } from '../../src/shared/domain/result.ts'
import type { ProcessRow } from '../../src/shared/domain/rows.ts'
import { expectAccessible, inBothThemes } from '../helpers/accessibility.ts'
import { FakeDaemon } from '../helpers/fake-daemon.ts'
import { FakeHosts, hostsOfEveryState, shownKey } from '../helpers/fake-hosts.ts'
import { scene } from '../helpers/fake-scene.ts'
import { localRow, sshRow } from '../helpers/host-rows.ts'
import { requireParts } from '../helpers/real-parts.ts'
import { processRow, upLife } from '../helpers/rows.ts'

// The Hosts screen and everything else that shows a machine, against a daemon that is made up.

test.beforeEach(() => requireParts(test.info(), 'chromium'))

const lostLife = (since: number): Life => ({
  kind: 'unknown',
  since,
  reason: 'Host lab-ws-2 is unreachable',
  last: 'up',
  program: null,
  stop: null,
})

const processes = (now: number): ProcessRow[] => [
  processRow({ id: 'train', alias: 'train', host: 'gpu-01', life: upLife(1) }),
  processRow({ id: 'sweep', alias: 'sweep', host: 'lab-ws-2', life: lostLife(now - 120_000) }),
  processRow({ id: 'here', alias: 'here', host: 'local', life: upLife(2) }),
]

/** A page on the Hosts screen, reached from the keyboard. */
async function open(page: Page, hosts: FakeHosts, rows: readonly ProcessRow[] = []) {
  const daemon = await FakeDaemon.start(scene(rows, { snapshot: hosts.snapshot(rows), calls: hosts.calls }))
  hosts.publishTo(daemon)
  await page.goto(daemon.url)
  await expect(page.getByRole('button', { name: 'Sessions' })).toBeVisible()
  await expect(page.locator('.bar')).toContainText('connected')
  await page.keyboard.press('5')
  await expect(lineOf(page, 'local')).toBeFocused()
  return daemon
}

const everyState = () => new FakeHosts(hostsOfEveryState(Date.now()))
const lineOf = (page: Page, name: string): Locator => page.locator(`[role=row][data-key="${name}"]`)
const details = (page: Page, name: string): Locator => page.getByRole('region', { name: `Details of ${name}` })
const focusedKey = (page: Page) => page.evaluate('document.activeElement?.dataset.key')
const named = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** Moves to a host with the arrow keys. */
async function moveTo(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Home')
  const count = await page.locator('[role=row][data-key]').count()
  for (let step = 0; step < count && (await focusedKey(page)) !== name; step += 1) {
    await page.keyboard.press('ArrowDown')
  }
  await expect(lineOf(page, name)).toBeFocused()
}

test('every state has its word and its mark, healthy hosts have none, and what needs a person comes first', async ({
  page,
}) => {
  await using _ = await open(page, everyState())
  const expected = [
    ['local', 'This machine', null],
    ['bastion', 'Login refused', 'failed'],
    ['mac-mini', 'Unusable', 'failed'],
    ['moved', 'Key has changed', 'failed'],
    ['new-box', 'Key not trusted', 'failed'],
    ['lab-ws-2', 'Unreachable', 'unknown'],
    ['fresh', 'Connecting', 'starting'],
    ['train-7', 'Reconnecting', 'starting'],
    ['gpu-01', 'Connected', null],
    ['spare', 'Not used yet', null],
  ] as const
  const shown = page.locator('[role=row][data-key]')
  expect(await shown.evaluateAll((rows) => rows.map((row) => row.dataset.key))).toEqual(expected.map(([name]) => name))
  for (const [name, word, mark] of expected) {
    await expect(lineOf(page, name)).toContainText(word)
    const marks = lineOf(page, name).locator('use')
    if (mark === null) await expect(marks).toHaveCount(0)
    else await expect(marks).toHaveAttribute('href', `#status-${mark}`)
  }
  await expect(lineOf(page, 'lab-ws-2')).toContainText('No route to host.')
  await expect(lineOf(page, 'lab-ws-2')).toContainText('next try in')
  await expect(lineOf(page, 'new-box')).toContainText('Compare its key, then trust it.')
  await expect(page.getByText('3 names in ~/.ssh/config work without adding')).toBeVisible()
  await expect(page.locator('.bar')).toContainText('bastion login refused')
})

test('measurements have numbers and a level in words; of a lost host none is shown', async ({ page }) => {
  await using _ = await open(page, everyState())
  await moveTo(page, 'gpu-01')
  await expect(lineOf(page, 'gpu-01')).toContainText('51.2 / 64 (heavy)')
  await expect(lineOf(page, 'gpu-01')).toContainText('237 / 275 GB (heavy)')
  const gpus = page.getByRole('region', { name: 'GPUs of gpu-01' }).getByRole('listitem')
  await expect(gpus).toHaveCount(4)
  await expect(gpus.nth(0)).toContainText('94 % (heavy)')
  await expect(gpus.nth(1)).toContainText('0 % (light)')
  await expect(gpus.nth(3)).toContainText('62 % (moderate)')
  await moveTo(page, 'lab-ws-2')
  await expect(details(page, 'lab-ws-2')).toContainText('2 processes, nobody knows how many run')
  await expect(details(page, 'lab-ws-2')).toContainText('Check that it is switched on')
  await expect(lineOf(page, 'lab-ws-2').locator('.meter')).toHaveCount(0)
})

test('the list is one tab stop, and everything is done from the keyboard', async ({ page }) => {
  await using daemon = await open(page, everyState(), processes(Date.now()))
  await expect(page.locator('[role=grid] [tabindex="0"]')).toHaveCount(1)
  await page.keyboard.press('End')
  await expect(lineOf(page, 'spare')).toBeFocused()
  await page.keyboard.press('k')
  await expect(lineOf(page, 'gpu-01')).toBeFocused()
  await expect(lineOf(page, 'gpu-01')).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(named(page, 'Test connection')).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('searchbox', { name: 'Filter rows' })).toHaveValue('host:gpu-01')
  await expect(page.locator('[role=row][data-status]')).toHaveCount(1)
  // The letters of the processes mean nothing where they are not in sight.
  await page.locator('[data-key="train"]').click()
  await page.keyboard.press('5')
  await expect(lineOf(page, 'gpu-01')).toBeFocused()
  await page.keyboard.press('x')
  await page.keyboard.press('Escape')
  expect(daemon.asked.filter(({ method }) => method === 'process.stop')).toEqual([])
})

test('a test shows its steps, where it failed, and can be cancelled while it lasts', async ({ page }) => {
  const hosts = everyState()
  await using daemon = await open(page, hosts)
  await moveTo(page, 'gpu-01')
  await page.keyboard.press('t')
  const report = page.getByRole('region', { name: 'Test of gpu-01' })
  await expect(report).toContainText('Everything works')
  await expect(report.getByRole('listitem')).toHaveCount(8)
  await expect(report).toContainText('4 GPUs: 4 × NVIDIA A100 40GB')
  await moveTo(page, 'lab-ws-2')
  await page.keyboard.press('t')
  const failed = page.getByRole('region', { name: 'Test of lab-ws-2' })
  await expect(failed).toContainText('It does not work yet')
  await expect(failed.getByRole('listitem').last()).toContainText('Does not work: ConnectionNo route to host.')

  hosts.hangs = 'fresh'
  await moveTo(page, 'fresh')
  await page.keyboard.press('t')
  await expect(page.getByRole('region', { name: 'Test of fresh' })).toContainText('Connecting')
  await page.keyboard.press('t')
  expect(daemon.asked.filter(({ input }) => (input as { name?: string }).name === 'fresh')).toHaveLength(1)
  // It goes on while another host is looked at.
  await moveTo(page, 'gpu-01')
  await expect(report).toContainText('Everything works')
  await moveTo(page, 'fresh')
  await named(page, 'Cancel').press('Enter')
  await expect(page.getByRole('region', { name: 'Test of fresh' })).toHaveCount(0)
  await expect(named(page, 'Test connection')).toBeEnabled()
  await expect(named(page, 'Test connection')).toBeFocused()
  // The button that begins a test keeps the keyboard while that lasts.
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Test of fresh' })).toContainText('Connecting')
  await expect(named(page, 'Test connection')).toBeFocused()
})

test('a key is shown with how to compare it before it is trusted; Cancel has the keyboard', async ({ page }) => {
  await using daemon = await open(page, everyState())
  await moveTo(page, 'new-box')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(named(page, 'Trust key…')).toBeFocused()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('alertdialog', { name: 'Trust the key of new-box?' })
  await expect(dialog).toContainText(shownKey.fingerprint)
  await expect(dialog).toContainText('ED25519')
  await expect(dialog).toContainText('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
  await expect(dialog.getByText(shownKey.fingerprint)).toHaveClass(/mono/)
  await expect(dialog.getByRole('button', { name: 'Copy fingerprint' })).toBeVisible()
  await expect(named(page, 'Cancel')).toBeFocused()
  await inBothThemes(page, (theme) => expectAccessible(page, `trust dialog, ${theme}`))
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  const trusts = () => daemon.asked.filter(({ method }) => method === 'hosts.trust').map(({ input }) => input)
  expect(trusts()).toEqual([{ name: 'new-box', fingerprint: null }])
  await named(page, 'Trust key…').press('Enter')
  await named(page, 'Trust key').press('Enter')
  await expect(lineOf(page, 'new-box')).toContainText('Connected')
  expect(trusts().at(-1)).toEqual({ name: 'new-box', fingerprint: shownKey.fingerprint })
  await expect(page.getByText('The key of new-box is trusted')).toBeVisible()
  await expect(lineOf(page, 'new-box')).toBeFocused()
})

test('only a host with an unknown key can be trusted, only one of config.yaml removed', async ({ page }) => {
  await using _ = await open(page, everyState())
  await expect(named(page, 'Remove…')).toHaveCount(0)
  await moveTo(page, 'moved')
  await expect(named(page, 'Trust key…')).toHaveCount(0)
  await expect(details(page, 'moved')).toContainText('ssh-keygen -R moved')
  await expect(named(page, 'Remove…')).toBeVisible()
})

test('a host is added by its name, with what ssh knows offered; what is wrong stands under the field', async ({
  page,
}) => {
  await using daemon = await open(page, everyState())
  await page.keyboard.press('a')
  const name = page.getByRole('combobox', { name: 'Name' })
  await expect(name).toBeFocused()
  await name.fill('-oProxyCommand=x')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('not beginning with a dash')
  await name.fill('refused-by-daemon')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('config.yaml has problems. Correct it')
  await name.fill('stor')
  await expect(page.getByRole('option', { name: 'storage' })).toBeVisible()
  await inBothThemes(page, (theme) => expectAccessible(page, `add dialog, ${theme}`))
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(name).toHaveValue('storage')
  await page.getByRole('textbox', { name: 'SSH config' }).fill('/etc/lab.conf')
  await page.getByRole('textbox', { name: 'Sessions' }).fill('8')
  await page.keyboard.press('Enter')
  await expect(lineOf(page, 'storage')).toHaveAttribute('aria-selected', 'true')
  expect(daemon.asked.at(-1)).toEqual({
    method: 'hosts.add',
    input: { name: 'storage', sshConfig: '/etc/lab.conf', maxParallel: 8 },
  })
  await page.getByRole('button', { name: 'Test connection' }).last().press('Enter')
  await expect(page.getByRole('region', { name: 'Test of storage' })).toBeVisible()
})

test('a host is removed after a question; while processes may run there it is refused', async ({ page }) => {
  await using daemon = await open(page, everyState())
  await moveTo(page, 'gpu-01')
  await page.keyboard.press('Delete')
  await expect(page.getByRole('alertdialog', { name: 'Remove gpu-01?' })).toBeVisible()
  await expect(named(page, 'Cancel')).toBeFocused()
  await named(page, 'Remove').press('Enter')
  await expect(page.getByRole('alert')).toContainText('3 processes may run on gpu-01.')
  await inBothThemes(page, (theme) => expectAccessible(page, `remove dialog, ${theme}`))
  await page.keyboard.press('Escape')
  await moveTo(page, 'spare')
  await page.keyboard.press('Delete')
  await named(page, 'Remove').press('Enter')
  await expect(lineOf(page, 'spare')).toHaveCount(0)
  expect(daemon.asked.filter(({ method }) => method === 'hosts.remove')).toHaveLength(2)
  await expect.poll(() => focusedKey(page)).toBe('local')
})

test('with only this machine the way to others is shown', async ({ page }) => {
  await using _ = await open(page, new FakeHosts([localRow(), sshRow('lab', { kind: 'idle' }, { from: 'ssh-config' })]))
  await expect(page.getByRole('heading', { name: 'Only this machine so far' })).toBeVisible()
  await expect(page.getByText('1 name in ~/.ssh/config works without adding: lab.')).toBeVisible()
  await inBothThemes(page, (theme) => expectAccessible(page, `only this machine, ${theme}`))
  await page.getByRole('main').getByRole('button', { name: 'Add host…' }).press('Enter')
  await expect(page.getByRole('dialog', { name: 'Add host' })).toBeVisible()
})

test('without the daemon nothing is claimed, and it comes back', async ({ page }) => {
  await using daemon = await open(page, everyState())
  await moveTo(page, 'gpu-01')
  daemon.lose()
  await expect(page.getByText('The daemon stopped answering')).toBeVisible()
  await expect(lineOf(page, 'gpu-01')).toContainText('Unknown')
  await expect(lineOf(page, 'gpu-01')).toContainText('No word from the daemon since')
  await expect(page.locator('.host-table .meter')).toHaveCount(0)
  await expect(named(page, 'Test connection')).toBeDisabled()
  await inBothThemes(page, (theme) => expectAccessible(page, `hosts without the daemon, ${theme}`))
  daemon.comeBack()
  await expect(lineOf(page, 'gpu-01')).toContainText('Connected')
})

test('rows of a host that is away are unknown with the reason, and stand under Needs attention', async ({ page }) => {
  const now = Date.now()
  await using daemon = await open(page, everyState(), processes(now))
  await page.keyboard.press('1')
  const sweep = page.locator('[role=row][data-key="sweep"]')
  await expect(sweep).toContainText('Unknown')
  await expect(sweep).toContainText('Host lab-ws-2 is unreachable since')
  await expect(sweep.locator('use')).toHaveAttribute('href', '#status-unknown')
  await named(page, 'Needs attention 1').click()
  await expect(page.locator('[role=row][data-status]')).toHaveCount(1)
  await page.getByRole('navigation').getByRole('button', { name: 'All 3' }).click()
  await page.getByRole('searchbox', { name: 'Filter rows' }).fill('host:lab-ws')
  await expect(page.locator('[role=row][data-status]')).toHaveCount(1)
  await page.getByRole('searchbox', { name: 'Filter rows' }).fill('')
  daemon.tell({
    kind: 'process',
    process: processRow({
      id: 'later',
      alias: 'later',
      host: 'lab-ws-2',
      life: { kind: 'blocked', since: now, isRestart: false },
      waitingFor: [{ kind: 'host', name: 'lab-ws-2', now: 'is unreachable' }],
    }),
  })
  const later = page.locator('[role=row][data-key="later"]')
  await expect(later).toContainText('Waits for the host lab-ws-2, which is unreachable')
})

test('the palette goes to hosts, with @ to nothing else', async ({ page }) => {
  await using _ = await open(page, everyState(), processes(Date.now()))
  await page.keyboard.press('1')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('@lab')
  await expect(page.getByRole('option')).toHaveCount(1)
  await expect(page.getByRole('option')).toContainText('unreachable since')
  await page.keyboard.press('Enter')
  await expect(lineOf(page, 'lab-ws-2')).toBeFocused()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('>test')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Test of lab-ws-2' })).toBeVisible()
})

test('a new process is started on another host', async ({ page }) => {
  const rows = processes(Date.now())
  const hosts = everyState()
  const calls = { ...hosts.calls, 'process.start': () => success({ process: rows[0], changed: [], warnings: [] }) }
  await using daemon = await FakeDaemon.start(scene(rows, { snapshot: hosts.snapshot(rows), calls }))
  await page.goto(daemon.url)
  await expect(page.locator('[role=row][data-key="train"]')).toBeVisible()
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Command' }).fill('python3 train.py')
  const host = page.getByRole('combobox', { name: 'Host' })
  await host.fill('lab')
  await expect(page.getByRole('option', { name: /^lab-ws-2/ })).toContainText('unreachable since')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Unreachable since/)).toBeVisible()
  await host.fill('gpu-01')
  await expect(page.locator('.equal-line')).toContainText('--host gpu-01')
  await inBothThemes(page, (theme) => expectAccessible(page, `new process on a host, ${theme}`))
  await named(page, 'Start').press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect(daemon.asked.find(({ method }) => method === 'process.start')?.input).toMatchObject({
    argv: ['python3', 'train.py'],
    host: 'gpu-01',
  })
})

for (const [width, height] of [
  // A window of 1280 pixels at 200 %.
  [640, 400],
  [880, 560],
  [1600, 900],
] as const) {
  test(`nothing is cut off or inaccessible at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height })
    await using _ = await open(page, everyState())
    for (const name of ['gpu-01', 'lab-ws-2', 'new-box']) {
      await moveTo(page, name)
      await inBothThemes(page, (theme) => expectAccessible(page, `${name}, ${theme}, ${width} px`))
    }
    const cutNames = await page
      .locator('.host-table .c-name, .host-table .c-status, .host-table .head > .c-detail')
      .evaluateAll((cells) =>
        cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent),
      )
    expect(cutNames).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  })
}
