import { expect, test } from 'vitest'
import { type Answers, runFake } from '../../../../test/helpers/fake-cli.ts'
import { processRow, upLife } from '../../../../test/helpers/rows.ts'
import { success } from '../../../shared/domain/result.ts'

const status = { pid: 4711, processes: { total: 3, running: 3 } }

const answers: Answers = {
  'daemon.status': () => success(status),
  'rows.list': () =>
    success({
      sessions: [],
      dependences: [],
      hosts: [],
      processes: [
        processRow({ alias: 'shell', pty: true, life: upLife(1) }),
        processRow({ alias: 'top', pty: true, life: upLife(2) }),
        processRow({ alias: 'web', life: upLife(3) }),
        processRow({ alias: 'old', pty: true, life: { kind: 'new' } }),
      ],
    }),
  'daemon.stop': () => success({ survivors: 0 }),
}

const methods = ({ calls }: Awaited<ReturnType<typeof runFake>>) => calls.map(({ method }) => method)

test('without a terminal to ask on, programs in terminals keep the daemon from being stopped', async () => {
  const run = await runFake(['daemon', 'stop'], { answers })
  expect(run.code).toBe(5)
  expect(run.stderr).toBe(
    'procession: 2 terminal programs end with the daemon: shell, top\n' +
      '  To end the daemon all the same: procession daemon stop --yes\n',
  )
  expect(methods(run)).not.toContain('daemon.stop')
})

test('on a terminal it asks', async () => {
  const asked: string[] = []
  const ask = (answer: boolean) => (question: string) => {
    asked.push(question)
    return answer
  }
  const no = await runFake(['daemon', 'stop'], { answers, confirm: ask(false) })
  expect(no).toMatchObject({ code: 5, stdout: '' })
  expect(no.stderr).toContain('2 terminal programs end with the daemon: shell, top')
  expect(methods(no)).not.toContain('daemon.stop')
  const yes = await runFake(['daemon', 'stop'], { answers, confirm: ask(true) })
  expect(yes).toMatchObject({ code: 0, stdout: 'Daemon stopped, pid 4711; 1 of its processes run on\n' })
  expect(asked).toEqual(['Stop the daemon?', 'Stop the daemon?'])
})

test('--yes and --processes do not ask', async () => {
  const yes = await runFake(['daemon', 'stop', '--yes'], { answers })
  expect(yes).toMatchObject({ code: 0, stdout: 'Daemon stopped, pid 4711; 1 of its processes run on\n' })
  const all = await runFake(['daemon', 'stop', '--processes'], { answers })
  expect(all).toMatchObject({ code: 0, stdout: 'Daemon stopped, pid 4711\n' })
})

test('without programs in terminals nothing is asked', async () => {
  const none = { ...answers, 'rows.list': () => success({ sessions: [], dependences: [], hosts: [], processes: [] }) }
  expect(await runFake(['daemon', 'stop'], { answers: none })).toMatchObject({ code: 0 })
})
