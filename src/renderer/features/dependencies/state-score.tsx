import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { leastMatch } from '../../../shared/fingerprint/tag.ts'
import { formatCount } from '../../../shared/text/numbers.ts'
import { useConnection } from '../../data/connection-store.ts'
import { useProcessDetail } from '../../data/process-detail.ts'
import { shownStatus } from '../../data/shown-status.ts'
import { closenessTo } from './closeness.ts'

/** The daemon looks at fingerprints at this pace. */
const refreshMs = 5000
/** More would not fit and the first says enough. */
const mostMissing = 2

/** How near the parent that everything waits for is to the state it must be in, and what it lacks. */
export function StateScore({ parent, label }: { readonly parent: ProcessRow; readonly label: string }) {
  const detail = useProcessDetail(parent.id, refreshMs)
  const lostSince = useConnection((state) => state.lostSince)
  if (!detail) return null
  const state = detail.states.find((one) => one.label === label)
  const name = displayName(parent)
  if (!state) return <p className="small muted">{`No state of ${name} is saved as ${label} yet.`}</p>
  const closeness = detail.fingerprint && closenessTo(detail.fingerprint, state)
  return (
    <>
      {closeness && (
        <>
          <div className="score small">
            <span className="muted">{`${name} against ${label}`}</span>
            <span className="push">
              <b>{closeness.score.toFixed(2)}</b> <span className="muted">{`of ${leastMatch.toFixed(2)}`}</span>
            </span>
          </div>
          <div className={`score-track s-${shownStatus(parent, lostSince)}`} aria-hidden="true">
            <i style={{ width: `${Math.max(0, closeness.score) * 100}%` }} />
            <u style={{ left: `${leastMatch * 100}%` }} />
          </div>
          <Missing elements={closeness.missing} />
        </>
      )}
      {state.when !== null && (
        <p className="small muted">
          {closeness ? 'Or when' : `${name} is ${label} when`} <code>{state.when}</code>
        </p>
      )}
    </>
  )
}

function Missing({ elements }: { readonly elements: readonly string[] }) {
  const beyond = elements.length - mostMissing
  if (elements.length === 0) return null
  return (
    <p className="small muted">
      Missing{' '}
      {elements.slice(0, mostMissing).map((element) => (
        <code key={element}>{element} </code>
      ))}
      {beyond > 0 && `and ${formatCount(beyond)} more`}
    </p>
  )
}
