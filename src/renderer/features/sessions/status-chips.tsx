import { ChevronDown } from 'lucide-react'
import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { formatCount } from '../../../shared/text/numbers.ts'
import { type Status, statuses, statusWord } from '../../../shared/text/status.ts'
import { type Tally, useTally } from '../../data/tally.ts'
import { toggleChip, useView } from '../../data/view-store.ts'
import { Icon } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Menu, MenuCheck } from '../../ui/menu.tsx'

const showAll = () => useView.setState({ chips: new Set(), needsAttention: false })

/** Counts per status that are also the filters: as many as fit, what needs attention first, the rest under More. */
export function StatusChips() {
  const tally = useTally()
  const chips = useView((state) => state.chips)
  const needsAttention = useView((state) => state.needsAttention)
  const row = useRef<HTMLFieldSetElement>(null)
  const present = statuses.filter((status) => tally.of[status] > 0 || chips.has(status))
  const fitting = useFitting(row, present, tally)
  const beyond = present.slice(fitting)
  return (
    <>
      <fieldset className="chips" ref={row} aria-label="Status filters">
        <button
          type="button"
          className="chip"
          aria-pressed={chips.size === 0 && !needsAttention}
          onClick={showAll}
          data-chip="all"
        >
          All <b>{formatCount(tally.all)}</b>
        </button>
        {present.map((status, index) => (
          <button
            key={status}
            type="button"
            className={index < fitting ? 'chip' : 'chip beyond'}
            aria-pressed={chips.has(status)}
            onClick={() => toggleChip(status)}
            data-chip={status}
          >
            <Mark kind={status} />
            <span>{statusWord[status]}</span> <b>{formatCount(tally.of[status])}</b>
          </button>
        ))}
      </fieldset>
      {beyond.length > 0 && <MoreChips statuses={beyond} tally={tally} chips={chips} />}
    </>
  )
}

function MoreChips(props: {
  readonly statuses: readonly Status[]
  readonly tally: Tally
  readonly chips: ReadonlySet<Status>
}) {
  const count = props.statuses.reduce((sum, status) => sum + props.tally.of[status], 0)
  const active = props.statuses.some((status) => props.chips.has(status))
  const trigger = (
    <button type="button" className="chip" aria-pressed={active || undefined}>
      More <b>{formatCount(count)}</b>
      <Icon of={ChevronDown} />
    </button>
  )
  return (
    <Menu trigger={trigger} align="end">
      {props.statuses.map((status) => (
        <MenuCheck key={status} checked={props.chips.has(status)} onChange={() => toggleChip(status)}>
          <Mark kind={status} />
          {statusWord[status]}
          <span className="n small">{formatCount(props.tally.of[status])}</span>
        </MenuCheck>
      ))}
    </Menu>
  )
}

/** How many chips stand on the first line of the row; the others wrapped below its edge. */
function useFitting(row: RefObject<HTMLElement | null>, present: readonly Status[], tally: Tally): number {
  const [fitting, setFitting] = useState(present.length)
  // biome-ignore lint/correctness/useExhaustiveDependencies: words and numbers decide the widths
  useLayoutEffect(() => {
    const element = row.current
    if (!element) return
    const count = () => {
      const drawn = [...element.children].filter((child) => child instanceof HTMLElement && child.offsetParent !== null)
      const top = drawn[0] instanceof HTMLElement ? drawn[0].offsetTop : 0
      const isOnFirstLine = (child: Element) => child instanceof HTMLElement && child.offsetTop === top
      setFitting(
        drawn.filter((child) => isOnFirstLine(child) && child.matches('[data-chip]:not([data-chip=all])')).length,
      )
    }
    count()
    const observer = new ResizeObserver(count)
    observer.observe(element)
    return () => observer.disconnect()
  }, [row, present.join(), tally])
  return Math.min(fitting, present.length)
}
