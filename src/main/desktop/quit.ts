import { app } from 'electron'
import { assertNever, failure } from '../../shared/domain/result.ts'
import { countOf } from '../../shared/text/numbers.ts'
import { type GoesOn, nothingGoesOn, whatGoesOn } from '../../shared/text/quit.ts'
import type { DaemonLink } from './daemon-link.ts'
import { askToQuit, showFailure } from './dialogs.ts'
import { planQuit } from './quit-plan.ts'
import { nameAmong } from './supervised-rows.ts'
import type { AppWindow } from './window.ts'

export type Quitter = {
  /** A person wants to quit: asks first where processes would go on. */
  request(): Promise<void>
  /** The answer of the window's dialog. */
  confirm(answer: { readonly stopAll: boolean }): Promise<void>
  readonly isQuitting: boolean
  readonly isStoppingAll: boolean
}

/**
 * Quitting. Only people are asked: a signal, the end of the desktop's session and `app.quit()` end the app at once and
 * leave daemon and processes as they are.
 */
export function createQuitter(link: DaemonLink, window: AppWindow, onChange: () => void): Quitter {
  let isQuitting = false
  let isStoppingAll = false
  let isAsking = false

  app.on('before-quit', () => {
    isQuitting = true
  })
  app.on('will-quit', () => link.close())

  const stopAll = async () => {
    if (isStoppingAll) return
    isStoppingAll = true
    onChange()
    link.holdStarts(true)
    const stopped = await link.call('daemon.stop', { processes: true })
    if (stopped.ok && stopped.value.survivors === 0) return app.quit()
    isStoppingAll = false
    link.holdStarts(false)
    onChange()
    await showFailure('Not everything could be stopped', stopped.ok ? survived(stopped.value.survivors) : stopped)
  }
  const ask = async (goesOn: GoesOn) => {
    if (isAsking) return
    isAsking = true
    const answer = await askToQuit(goesOn).finally(() => {
      isAsking = false
    })
    if (answer !== 'cancel') await confirm({ stopAll: answer === 'stop-all' })
  }
  const confirm: Quitter['confirm'] = async (answer) => (answer.stopAll ? stopAll() : app.quit())

  return {
    async request() {
      const goesOn = whatGoesOn(link.rows.processes.values(), (row) => nameAmong(link.rows, row))
      const plan = planQuit({
        connected: link.state.kind === 'connected',
        goesOn: !nothingGoesOn(goesOn),
        windowAnswers: window.answers,
      })
      switch (plan) {
        case 'quit':
          return app.quit()
        case 'ask-in-window':
          return window.send({ kind: 'ask-quit' })
        case 'ask-in-dialog':
          return ask(goesOn)
        default:
          return assertNever(plan)
      }
    },
    confirm,
    get isQuitting() {
      return isQuitting
    },
    get isStoppingAll() {
      return isStoppingAll
    },
  }
}

const survived = (count: number) =>
  failure(
    'failed',
    `${countOf(count, 'process', 'processes')} did not end.`,
    'Procession stays open; the list shows which ones. Stop them there, or quit and leave them running.',
  )
