import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, type Page, test } from '@playwright/test'
import { ourNode, pidOf } from '../helpers/daemon-lab.ts'
import { startDesktopApp } from '../helpers/desktop-app.ts'
import { requireElectron } from '../helpers/electron.ts'
import { builtCli } from '../helpers/home.ts'
import { pullThePlug } from '../helpers/reboot.ts'
import { storyCommands, writeStoryPrograms } from '../helpers/story.ts'

const run = promisify(execFile)

const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) })
const hasStatus = (page: Page, name: string, word: string) =>
  expect(rowOf(page, name).getByRole('gridcell', { name: word, exact: true })).toBeVisible({ timeout: 30_000 })

test.beforeEach(async () => requireElectron(test.info()))

test('the example of gutools is watched live, over deactivate, activate and a power cut', async () => {
  test.setTimeout(180_000)
  await using app = await startDesktopApp(test.info())
  const { window, lab } = app
  const procession = (...words: readonly string[]) =>
    run(ourNode(), [builtCli, ...words], {
      cwd: lab.workspace,
      env: { ...process.env, PROCESSION_HOME: lab.places.home },
    })
  const tws = writeStoryPrograms({ folder: lab.folder, config: lab.places.config })
  for (const command of storyCommands(tws)) await procession(...command)
  await hasStatus(window, 'master.tws', 'Running')
  await hasStatus(window, 'master.trader', 'Running')

  await procession('session', 'deactivate')
  await hasStatus(window, 'master.trader', 'Stopped')
  await hasStatus(window, 'master.tws', 'Stopped')

  await procession('session', 'activate')
  await expect(rowOf(window, 'master.trader')).toContainText('Waits for master.tws to be operative')
  await hasStatus(window, 'master.trader', 'Waiting')
  await hasStatus(window, 'master.trader', 'Running')

  const programs = [pidOf(await lab.row('master.tws')), pidOf(await lab.row('master.trader'))]
  await pullThePlug(lab.workspace, lab.daemonPid, programs)
  // The desktop notices that its daemon is gone and starts another, which goes on by itself.
  await expect(rowOf(window, 'master.trader')).toContainText('Waits for master.tws to be operative', {
    timeout: 30_000,
  })
  await hasStatus(window, 'master.trader', 'Running')
  await hasStatus(window, 'master.tws', 'Running')
})
