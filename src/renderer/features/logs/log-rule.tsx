import { Play, TriangleAlert } from 'lucide-react'
import type { Ref } from 'react'
import { gapSentence } from '../../../shared/text/log-gap.ts'
import { useTimed } from '../../data/clock.ts'
import { Icon } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { sourceOf, streamOf } from './log-files.ts'
import type { Between } from './log-items.ts'
import { streamWords } from './log-words.ts'

type Place = {
  readonly item: number
  readonly start: number
  readonly measure: Ref<HTMLDivElement> | undefined
  /** Names of the processes where several are shown. */
  readonly names: readonly string[] | null
}

/** What stands between lines: where a run began or ended, and where output is missing. */
export function LogBetween({ between, ...place }: Place & { readonly between: Between }) {
  return between.kind === 'rule' ? <LogRule {...place} rule={between.rule} /> : <LogGap {...place} gap={between.gap} />
}

function LogRule({
  item,
  start,
  measure,
  names,
  rule,
}: Place & { readonly rule: Extract<Between, { kind: 'rule' }>['rule'] }) {
  const name = names?.[rule.source]
  return (
    <div className="rule" style={{ transform: `translateY(${start}px)` }} ref={measure} data-index={item}>
      {rule.mark === null ? <Icon of={Play} /> : <Mark kind={rule.mark} />}
      <span>
        {name !== undefined && <b>{name}: </b>}
        <b>{rule.fact}</b> {rule.note}
      </span>
    </div>
  )
}

function LogGap({
  item,
  start,
  measure,
  names,
  gap,
}: Place & { readonly gap: Extract<Between, { kind: 'gap' }>['gap'] }) {
  const sentence = useTimed((now) => gapSentence(gap, now))
  const name = names?.[sourceOf(gap.file)]
  const cut = sentence.indexOf(' before ')
  return (
    <div className="gap" style={{ transform: `translateY(${start}px)` }} ref={measure} data-index={item}>
      <div>
        <Icon of={TriangleAlert} />
        <span>
          {name !== undefined && <b>{name}: </b>}
          <b>{sentence.slice(0, cut)}</b>
          {` of ${streamWords[streamOf(gap.file)]}${sentence.slice(cut)}`}
        </span>
      </div>
    </div>
  )
}
