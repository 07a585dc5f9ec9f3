import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import type { DaemonLab } from '../helpers/daemon-lab.ts'
import { startDesktopApp } from '../helpers/desktop-app.ts'
import { requireElectron } from '../helpers/electron.ts'
import { until } from '../helpers/until.ts'

// Takes the pictures of the documentation: npm run pictures. Not part of the tests.

const images = path.join(import.meta.dirname, '..', '..', 'docs', 'images')

const training = `
i=60
while [ $i -lt 100000 ]; do
  i=$((i+1))
  printf '\\033[36mINFO\\033[0m  epoch %d  loss 0.%04d  top1 75.%02d\\n' $i $((9000 - i * 7 % 8000)) $((i % 100))
  [ $((i % 9)) = 0 ] && echo 'WARN  host memory 31.1 of 32.0 GiB' >&2
  sleep 0.4
done`

for (const theme of ['dark', 'light'] as const) {
  test(`the sessions screen, ${theme}`, async () => {
    await requireElectron(test.info())
    await using app = await startDesktopApp(test.info())
    const { lab, window } = app
    await window.emulateMedia({ colorScheme: theme })
    await lab.startScript('train-resnet-a', training)
    await lab.startScript('train-resnet-b', training)
    await lab.startScript('metrics-export', 'exec python3 -m http.server 9464 --bind 127.0.0.1')
    await lab.startScript('eval-sweep-17', 'echo "shard 75 of 98"; echo "RuntimeError: out of memory" >&2; kill -9 $$')
    await lab.startScript('prep-imagenet', 'echo done')
    await lab.startScript('notebook-3', 'trap "" TERM; while :; do sleep 1; done', { graceMs: 20_000 })
    const { session } = await lab.ask('sessions.init', { path: lab.makeFolder('desk-tools') })
    await lab.ask('process.start', { workspace: session.path, argv: ['/bin/sleep', '86400'], alias: 'tensorboard' })
    await lab.ask('process.start', {
      workspace: session.path,
      argv: ['/bin/sh', '-c', 'while :; do sleep 1; done', 'sh', 'password=hunter2'],
      alias: 'ingest-worker',
    })
    await lab.ask('process.stop', {
      targets: [{ workspace: session.path, ref: 'tensorboard' }],
      now: false,
      wait: true,
    })
    await lab.ask('process.stop', { targets: [lab.target('notebook-3')], now: false, wait: false })
    await window.getByRole('button', { name: 'Dismiss' }).click()
    await window.getByRole('row').filter({ hasText: 'train-resnet-a' }).click()
    await expect(window.getByRole('log')).toContainText('epoch 90', { timeout: 30_000 })
    await window.screenshot({ path: path.join(images, `sessions-${theme}.png`) })
  })
}

/** A gateway that listens once its folder holds the file `open`. */
const gateway = (port: number) => `exec python3 -c "
import os, socket, time
gate = socket.socket()
gate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
if os.path.exists('open'):
    gate.bind(('127.0.0.1', ${port}))
    gate.listen()
time.sleep(86400)"`

/** Two pairs of gateway and trader with what depends on them; one gateway has been restarted and does not listen yet. */
async function tradingSession(lab: DaemonLab): Promise<void> {
  const { session } = await lab.ask('sessions.init', { path: lab.makeFolder('atlas-trading') })
  const workspace = session.path
  const open = path.join(workspace, 'open')
  writeFileSync(open, '')
  const gateways = [
    ['master.tws', 7496],
    ['slave.tws', 7497],
  ] as const
  for (const [alias, port] of gateways) {
    await lab.startScript(alias, gateway(port), { workspace })
    const listens = async () =>
      (await lab.ask('process.show', { workspace, ref: alias })).row.usage?.listen.includes(`127.0.0.1:${port}`)
    await until(listens, { what: `${alias} to listen` })
    await lab.ask('process.attach', { workspace, program: null, alias, state: 'operative' })
  }
  rmSync(open)
  await lab.ask('process.restart', { targets: [{ workspace, ref: 'master.tws' }], wait: true })
  const others = ['db-migrate', 'master.trader', 'slave.trader', 'risk-monitor', 'tick-recorder', 'eod-report']
  for (const alias of others) {
    await lab.startScript(alias, alias === 'db-migrate' ? 'exit 0' : 'exec sleep 86400', { workspace, launch: false })
  }
  for (const [parents, child] of [
    [['db-migrate:exited:0', 'master.tws:operative'], 'master.trader'],
    [['master.trader:ready', 'slave.tws:operative'], 'slave.trader'],
    [['master.trader:ready'], 'risk-monitor'],
    [['slave.tws:operative'], 'tick-recorder'],
    [['tick-recorder:exited:0'], 'eod-report'],
  ] as const) {
    await lab.ask('dependences.add', { workspace, parents: [...parents], children: [child] })
  }
  await lab.ask('process.startKnown', { targets: others.map((ref) => ({ workspace, ref })) })
}

for (const theme of ['dark', 'light'] as const) {
  test(`the dependencies screen, ${theme}`, async () => {
    await requireElectron(test.info())
    await using app = await startDesktopApp(test.info())
    const { lab, window } = app
    await window.emulateMedia({ colorScheme: theme })
    await tradingSession(lab)
    await window.keyboard.press('2')
    await window.getByRole('treeitem', { name: /^slave\.trader / }).click()
    await expect(window.getByRole('region', { name: 'Why it waits' })).toContainText('Missing listen 127.0.0.1:7496')
    await window.screenshot({ path: path.join(images, `dependencies-${theme}.png`) })
  })
}
