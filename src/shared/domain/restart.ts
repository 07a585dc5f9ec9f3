/** When a process that ended is started again. Written `0`, `1` and `on-failure` on the command line. */
export const restartPolicies = ['never', 'always', 'on-failure'] as const
export type RestartPolicy = (typeof restartPolicies)[number]

/** So many early deaths within so long are a crash loop; null: never give up. */
export type RestartLimit = { readonly deaths: number; readonly withinMs: number } | null

export const defaultRestartLimit = { deaths: 5, withinMs: 60_000 } as const satisfies RestartLimit

/** What the policy remembers of a process between its deaths. Survives the daemon. */
export type RestartMemory = {
  /** Restarts in a row without a long run between them: decides the next delay. */
  readonly attempts: number
  /** When early deaths happened, oldest first, milliseconds since 1970 UTC; no more than the limit needs. */
  readonly earlyDeaths: readonly number[]
}

export const noRestarts: RestartMemory = { attempts: 0, earlyDeaths: [] }

/** What follows the end of a run. */
export type AfterEnd =
  | { readonly kind: 'stay' }
  /** Start again at this moment, milliseconds since 1970 UTC; at once when it is not later than the end. */
  | { readonly kind: 'restart'; readonly at: number }
  /** A crash loop: nothing more until a person acts. */
  | { readonly kind: 'give-up'; readonly reason: string }
