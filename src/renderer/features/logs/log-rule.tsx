import { Play } from 'lucide-react'
import type { Ref } from 'react'
import { Icon } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import type { RunRule } from './run-rules.ts'

export function LogRule(props: {
  readonly item: number
  readonly start: number
  readonly rule: RunRule
  readonly measure: Ref<HTMLDivElement> | undefined
}) {
  const { item, start, rule, measure } = props
  return (
    <div className="rule" style={{ transform: `translateY(${start}px)` }} ref={measure} data-index={item}>
      {rule.mark === null ? <Icon of={Play} /> : <Mark kind={rule.mark} />}
      <span>
        <b>{rule.fact}</b> {rule.note}
      </span>
    </div>
  )
}
