import { formatCount } from '../../../shared/text/numbers.ts'
import { statuses, statusWord } from '../../../shared/text/status.ts'
import type { Tally as Counts } from '../../data/tally.ts'
import { Mark } from '../../ui/mark.tsx'

/** How many have each status, worst first: marks with numbers, with or without the words in sight. */
export function Tally({
  tally,
  words,
  most = statuses.length,
}: {
  readonly tally: Counts
  readonly words: boolean
  readonly most?: number
}) {
  const some = statuses.filter((status) => tally.of[status] > 0).slice(0, most)
  return (
    <span className="tally">
      {some.map((status) => (
        <span className="st" key={status} title={`${tally.of[status]} ${statusWord[status]}`}>
          <Mark kind={status} />
          <span className={words ? 'word' : 'sr'}>{statusWord[status]} </span>
          {formatCount(tally.of[status])}
        </span>
      ))}
    </span>
  )
}
