import { nothingMatches } from '../../../shared/text/messages.ts'
import { clearFilters, useView } from '../../data/view-store.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Grid } from './grid.tsx'
import { NothingYet } from './nothing-yet.tsx'
import { useGridLines } from './use-grid-lines.ts'

/** The grid, or why there is none. */
export function SessionsScreen() {
  const content = useGridLines()
  const filterText = useView((state) => state.filterText)
  if (content.total === 0) return <NothingYet />
  return (
    <>
      {content.problem !== null && (
        <p className="helpline" role="status">
          <Mark kind="unknown" />
          {content.problem}
        </p>
      )}
      {content.matching === 0 ? (
        <Empty title={nothingMatches(filterText.trim())}>
          <div className="actions">
            <Button onClick={clearFilters}>Clear filter</Button>
          </div>
        </Empty>
      ) : (
        <Grid lines={content.lines} />
      )}
    </>
  )
}
