import path from 'node:path'
import { expect, test } from 'vitest'
import { isRunning } from '../../helpers/daemon-lab.ts'
import { type TestHome, testHome } from '../../helpers/home.ts'
import { pullThePlug } from '../../helpers/reboot.ts'
import { listeningSince, storyCommands, writeStoryPrograms } from '../../helpers/story.ts'
import { until } from '../../helpers/until.ts'

type Row = {
  readonly alias: string
  readonly life: string
  readonly state: string | null
  readonly pid: number | null
  readonly run: number
  readonly waiting_for: readonly string[]
  readonly exit: { readonly at: string } | null
}

const show = async (home: TestHome, alias: string): Promise<Row> => {
  const rows = await home.json<Row[]>(['session', 'show'])
  const found = rows.find((row) => row.alias === alias)
  if (!found) throw new Error(`No ${alias}`)
  return found
}

const untilShown = (home: TestHome, alias: string, what: string, holds: (row: Row) => boolean): Promise<Row> =>
  until(
    async () => {
      const row = await show(home, alias)
      return holds(row) ? row : null
    },
    { what: `${alias} ${what}`, timeoutMs: 40_000 },
  )

/** The wait ends this long after the listen; the issue of three seconds is tripled for a machine under load. */
const waitSlackMs = 9000

async function tellStory(home: TestHome): Promise<void> {
  const tws = writeStoryPrograms({ folder: home.folder, config: path.join(home.home, 'config.yaml') })
  for (const command of storyCommands(tws)) {
    await home.ok(command)
    if (command[1] !== 'wait') continue
    const heard = await home.ok(['session', 'logs', 'master.tws'])
    expect(Date.now() - listeningSince(heard)).toBeLessThan(waitSlackMs)
  }
}

/** The trader waits in words until its gateway is operative, then runs; both are new runs. */
async function expectComeback(home: TestHome, before: { readonly tws: Row; readonly trader: Row }): Promise<void> {
  const blocked = await untilShown(home, 'master.trader', 'is blocked', ({ life }) => life === 'blocked')
  expect(blocked.waiting_for).toEqual(['master.tws:operative'])
  expect(await home.ok(['session', 'show'])).toContain('Waits for master.tws to be operative')
  const tws = await untilShown(home, 'master.tws', 'is operative', ({ state }) => state === 'operative')
  const trader = await untilShown(home, 'master.trader', 'is up', ({ life }) => life === 'up')
  expect(tws.run).toBe(before.tws.run + 1)
  expect(trader.run).toBe(before.trader.run + 1)
  expect([tws.pid, trader.pid]).not.toContain(before.tws.pid)
}

/** Children end before their parents, and nothing comes back. */
async function expectQuietAfterDeactivate(home: TestHome): Promise<void> {
  const before = [await show(home, 'master.tws'), await show(home, 'master.trader')]
  await home.ok(['session', 'deactivate'])
  const [tws, trader] = [await show(home, 'master.tws'), await show(home, 'master.trader')]
  expect([tws.life, trader.life]).toEqual(['down', 'down'])
  expect(Date.parse(trader.exit?.at ?? '')).toBeLessThanOrEqual(Date.parse(tws.exit?.at ?? ''))
  expect(before.map(({ pid }) => pid !== null && isRunning(pid))).toEqual([false, false])
  // A new daemon has looked at everything before it answers: it would start now whatever should be up.
  await home.ok(['daemon', 'stop'])
  expect((await home.json<Row[]>(['session', 'show'])).map(({ life, run }) => ({ life, run }))).toEqual([
    { life: 'down', run: tws.run },
    { life: 'down', run: trader.run },
  ])
}

test('the example of gutools, word for word', { timeout: 180_000 }, async () => {
  await using home = await testHome()
  await tellStory(home)
  const first = { tws: await show(home, 'master.tws'), trader: await show(home, 'master.trader') }
  expect(first.tws).toMatchObject({ life: 'up', state: 'operative' })
  expect(first.trader.life).toBe('up')

  await home.ok(['session', 'deactivate'])
  await home.ok(['session', 'activate'])
  await expectComeback(home, first)

  const second = { tws: await show(home, 'master.tws'), trader: await show(home, 'master.trader') }
  const daemon = (await home.daemonPid()) ?? 0
  await pullThePlug(home.workspace, daemon, [second.tws.pid ?? 0, second.trader.pid ?? 0])
  // Whatever asks first starts the daemon, which goes on by itself: the session was active.
  await expectComeback(home, second)
  await expectQuietAfterDeactivate(home)
})
