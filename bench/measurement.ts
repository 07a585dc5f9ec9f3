/** Percentiles of one series of samples. */
export type Summary = { readonly samples: number; readonly p50: number; readonly p95: number; readonly max: number }

/** One thing measured against its floor in the same run: only the ratio says something on another machine. */
export type Measurement = {
  readonly name: string
  readonly unit: string
  readonly floor: Summary & { readonly what: string }
  readonly ours: Summary
  /** What has to be done in any case and is not in the floor: it is taken from ours before the two are compared. */
  readonly work?: Summary & { readonly what: string }
  /** Ours may be at most `ratio` times the floor at this percentile. */
  readonly goal: { readonly ratio: number; readonly of: 'p50' | 'p95' }
}

/** One number that means the same everywhere, such as a share of a core; `atMost` is the goal, null where it only tells. */
export type Figure = {
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly atMost: number | null
}

/** What one benchmark found. */
export type Findings = { readonly measurements: readonly Measurement[]; readonly figures: readonly Figure[] }

/** Throws for an empty series. */
export function summarise(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((left, right) => left - right)
  const at = (share: number): number => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
    if (value === undefined) throw new Error('Nothing was measured')
    return Math.round(value * 1000) / 1000
  }
  return { samples: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) }
}

/** How many times the floor ours is, at the percentile of the goal; 0 where the work alone took as long. */
export const ratioOf = ({ floor, ours, work, goal }: Measurement): number =>
  Math.max(0, Math.round(((ours[goal.of] - (work?.[goal.of] ?? 0)) / floor[goal.of]) * 100) / 100)

/** Milliseconds that it takes. */
export async function timed(action: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await action()
  return performance.now() - begun
}
