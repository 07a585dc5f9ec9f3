/** How many more parts the reader of a stream will take. */
export type Credit = {
  add(): void
  spend(): void
  /** Resolves when a part may be sent, and when `signal` aborts. */
  available(): Promise<void>
}

export function createCredit(initial: number, signal: AbortSignal): Credit {
  let left = initial
  let wake = () => {}
  signal.addEventListener('abort', () => wake(), { once: true })
  return {
    add: () => {
      left += 1
      wake()
    },
    spend: () => {
      left -= 1
    },
    available: async () => {
      while (left <= 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
