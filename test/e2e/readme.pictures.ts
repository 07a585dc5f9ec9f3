import path from 'node:path'
import { expect, test } from '@playwright/test'
import { startDesktopApp } from '../helpers/desktop-app.ts'
import { requireElectron } from '../helpers/electron.ts'

// Takes the pictures of the README: npm run pictures. Not part of the tests.

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
    await window.getByRole('row').filter({ hasText: 'train-resnet-a' }).click()
    await expect(window.getByRole('log')).toContainText('epoch 90', { timeout: 30_000 })
    await window.screenshot({ path: path.join(images, `sessions-${theme}.png`) })
  })
}
