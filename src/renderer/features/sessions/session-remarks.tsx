import { Lock, TriangleAlert } from 'lucide-react'
import { countOf } from '../../../shared/text/numbers.ts'
import { useRows } from '../../data/rows-store.ts'
import { Icon } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'

/** What is unusual about a session, on its group line: not supervised, only shown here, or with files that are wrong. */
export function SessionRemarks({ id }: { readonly id: string }) {
  const session = useRows((state) => state.sessions.get(id))
  if (!session) return null
  const { active, readOnly, problems } = session
  return (
    <>
      {readOnly && (
        <span className="remark" title={readOnly.message}>
          <Icon of={Lock} />
          read-only
        </span>
      )}
      {!active && !readOnly && (
        <span className="remark" title="Nothing of it is started or restarted by itself">
          <Mark kind="paused" />
          not supervised
        </span>
      )}
      {problems.length > 0 && (
        <span className="remark" title={problems.join('\n')}>
          <Icon of={TriangleAlert} />
          {countOf(problems.length, 'problem', 'problems')}
        </span>
      )}
    </>
  )
}
