import { dialog } from 'electron'
import type { Failure } from '../../shared/domain/result.ts'
import { type GoesOn, quitSentences, quitTitle } from '../../shared/text/quit.ts'

/** Says what failed in a box of its own, for what happens without a window in view. */
export async function showFailure(what: string, { message, hint }: Pick<Failure, 'message' | 'hint'>): Promise<void> {
  await dialog.showMessageBox({
    type: 'error',
    message: what,
    detail: [message, hint].filter((line) => line !== '').join('\n'),
    buttons: ['Close'],
  })
}

export type QuitAnswer = 'leave' | 'stop-all' | 'cancel'

/** Buttons in their order. Escape and closing the box cancel; Enter does what loses nothing. */
const quitAnswers: readonly { readonly label: string; readonly answer: QuitAnswer }[] = [
  { label: 'Leave running', answer: 'leave' },
  { label: 'Stop all and quit', answer: 'stop-all' },
  { label: 'Cancel', answer: 'cancel' },
]

/** Asks before quitting, where no window can. */
export async function askToQuit(goesOn: GoesOn): Promise<QuitAnswer> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: quitTitle(goesOn),
    detail: quitSentences(goesOn).join('\n'),
    buttons: quitAnswers.map(({ label }) => label),
    defaultId: quitAnswers.findIndex(({ answer }) => answer === 'leave'),
    cancelId: quitAnswers.findIndex(({ answer }) => answer === 'cancel'),
  })
  return quitAnswers[response]?.answer ?? 'cancel'
}
