import type { SavedState } from '../../../shared/domain/fingerprint.ts'
import type { ProcessRow } from '../../../shared/domain/rows.ts'
import { formatMoment } from '../../../shared/text/durations.ts'
import { countOf } from '../../../shared/text/numbers.ts'
import { useNow } from '../../data/clock.ts'
import { Mark } from '../../ui/mark.tsx'

// Two decimals tell 0.9, where a state begins to match, from what is near it.
const score = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** The states that were given a name, how each is recognised, and which one it is in now. */
export function SavedStates({ row, states }: { readonly row: ProcessRow; readonly states: readonly SavedState[] }) {
  const now = useNow()
  return (
    <div className="section">
      <div className="panelhead">
        <h3 id="saved-states">States</h3>
        <span className="push">{countOf(states.length, 'state', 'states')}</span>
      </div>
      <table className="history" aria-labelledby="saved-states">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Recognised by</th>
            <th scope="col" className="num">
              Score
            </th>
          </tr>
        </thead>
        <tbody>
          {states.map((state) => (
            <tr key={state.label}>
              <td>
                <span className="st">
                  {row.state === state.label && <Mark kind="running" />}
                  {state.label}
                  {row.state === state.label && <span className="muted small">now</span>}
                </span>
                <span className="saved">saved {formatMoment(state.savedAt, now)}</span>
              </td>
              <td className={state.when === null ? 'wide' : 'wide mono'}>{state.when ?? fingerprintWords(state)}</td>
              <td className="num">{row.state === state.label && row.score !== null ? score.format(row.score) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** `Fingerprint: 1 listening, 2 connections, 12 files`; what it holds nothing of is left out. */
function fingerprintWords({ fingerprint }: SavedState): string {
  const count = (list: readonly string[] | null | undefined, one: string, many: string) =>
    list && list.length > 0 ? [countOf(list.length, one, many)] : []
  const parts = [
    ...count(fingerprint?.listen, 'listening address', 'listening addresses'),
    ...count(fingerprint?.established, 'connection', 'connections'),
    ...count(fingerprint?.udp, 'UDP address', 'UDP addresses'),
    ...count(fingerprint?.files, 'file', 'files'),
  ]
  return parts.length === 0 ? 'Command line' : `Command line, ${parts.join(', ')}`
}
