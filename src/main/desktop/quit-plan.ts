/** How to answer a person who wants to quit. */
export type QuitPlan =
  /** Nothing would go on without them, or we cannot tell: the daemon does not answer, and stays as it is. */
  | 'quit'
  /** The window is in view and shows the question. */
  | 'ask-in-window'
  | 'ask-in-dialog'

export type QuitFacts = {
  readonly connected: boolean
  /** Something would run or start without the application. */
  readonly goesOn: boolean
  /** The window is visible, has opened its port, and reacts. */
  readonly windowAnswers: boolean
}

export function planQuit({ connected, goesOn, windowAnswers }: QuitFacts): QuitPlan {
  if (!connected || !goesOn) return 'quit'
  return windowAnswers ? 'ask-in-window' : 'ask-in-dialog'
}
