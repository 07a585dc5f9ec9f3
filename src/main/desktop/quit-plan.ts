/** How to answer a person who wants to quit. */
export type QuitPlan =
  /** Nothing would go on without them, or we cannot tell: the daemon does not answer, and stays as it is. */
  | 'quit'
  /** The window is in view and shows the question. */
  | 'ask-in-window'
  | 'ask-in-dialog'

export type QuitFacts = {
  readonly connected: boolean
  /** Processes that would go on. */
  readonly live: number
  /** The window is visible, has opened its port, and reacts. */
  readonly windowAnswers: boolean
}

export function planQuit({ connected, live, windowAnswers }: QuitFacts): QuitPlan {
  if (!connected || live === 0) return 'quit'
  return windowAnswers ? 'ask-in-window' : 'ask-in-dialog'
}
