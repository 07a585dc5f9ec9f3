import { type CSSProperties, memo, type ReactNode, type Ref, useMemo } from 'react'
import { parseAnsi, type Style } from './ansi.ts'
import { levelOf, type MarkedSpan, markSpans, rangesOf } from './highlight.ts'
import type { StreamName } from './log-files.ts'
import { cssColour, textColour, textOn } from './readable-colour.ts'

export type LogLineProps = {
  readonly item: number
  readonly start: number
  readonly text: string
  readonly time: string | null
  readonly dateTime: string
  /** Name of the process where several are shown, and which one it is. */
  readonly who: string | null
  readonly source: number
  readonly stream: StreamName
  readonly state: 'usual' | 'first-failing' | 'current-hit'
  readonly picked: boolean
  readonly finder: RegExp | null
  readonly measure: Ref<HTMLDivElement> | undefined
  /** Words of the button that shows more of the line; null where there is no more. */
  readonly more: string | null
  readonly onMore: (() => void) | null
}

const stateClass = { usual: '', 'first-failing': ' first', 'current-hit': ' found' } as const

// Six hues can be told apart; the name beside them says which process it is.
const hues = 6

/** One line of output: its time, its text in its colours, and what was found in it. */
export const LogLine = memo(function LogLine(props: LogLineProps) {
  const { item, start, text, time, who, source, stream, state, picked, finder, measure, more, onMore } = props
  const spans = useMemo(() => spansOf(text, finder), [text, finder])
  const look = `l${stream === 'err' ? ' err' : ''}${stateClass[state]}${picked ? ' picked' : ''}`
  return (
    <div
      className={look}
      style={{ transform: `translateY(${start}px)` }}
      ref={measure}
      data-index={item}
      data-stream={stream}
    >
      {time !== null && <time dateTime={props.dateTime}>{time}</time>}
      {who !== null && (
        <span className="who" data-hue={source % hues} title={who}>
          {who}
        </span>
      )}
      <span className="text">
        {stream === 'err' && <span className="sr">stderr: </span>}
        {spans.map((span, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one line have no identity of their own
          <Piece key={index} span={span} current={state === 'current-hit'} />
        ))}
        {onMore && (
          <button type="button" className="link more-text" onClick={onMore}>
            {more}
          </button>
        )}
      </span>
    </div>
  )
})

type LevelSpan = MarkedSpan & { readonly level?: string }

function spansOf(text: string, finder: RegExp | null): LevelSpan[] {
  const spans = parseAnsi(text)
  const plain = spans.map((span) => span.text).join('')
  const marked = markSpans(spans, finder ? rangesOf(finder, plain) : [])
  const [only] = spans
  const level = spans.length === 1 && only?.style === null ? levelOf(plain) : null
  if (!level) return marked
  // Levels are coloured only in lines without colours of their own; their piece is set apart as a find hit would be.
  const parts = markSpans(spans, [level])
  const coloured = parts.map(
    (part): LevelSpan => ({ ...part, marked: false, ...(part.marked ? { level: level.level } : {}) }),
  )
  return finder ? withMarks(coloured, marked) : coloured
}

/** Joins the borders of level pieces and of marked pieces of the same text. */
function withMarks(coloured: readonly LevelSpan[], marked: readonly MarkedSpan[]): LevelSpan[] {
  let at = 0
  const ranges = marked.flatMap((span) => {
    const range = { start: at, end: at + span.text.length }
    at = range.end
    return span.marked ? [range] : []
  })
  const levels = new Map<number, string>()
  let from = 0
  for (const part of coloured) {
    if (part.level) for (let index = from; index < from + part.text.length; index += 1) levels.set(index, part.level)
    from += part.text.length
  }
  let begin = 0
  return markSpans(coloured, ranges).map((span): LevelSpan => {
    const level = levels.get(begin)
    begin += span.text.length
    return level === undefined ? span : { ...span, level }
  })
}

function Piece({ span, current }: { readonly span: LevelSpan; readonly current: boolean }): ReactNode {
  const inner = span.marked ? <mark className={current ? 'cur' : undefined}>{span.text}</mark> : span.text
  if (span.level) return <span className={`lv-${span.level}`}>{inner}</span>
  return span.style ? <span style={cssOf(span.style)}>{inner}</span> : inner
}

function cssOf(style: Style): CSSProperties {
  const [front, back] = style.inverse
    ? [style.background, style.foreground ?? ({ kind: 'palette', index: 7 } as const)]
    : [style.foreground, style.background]
  const css: CSSProperties = {}
  if (back?.kind === 'rgb') {
    css.backgroundColor = cssColour(back)
    css.color = cssColour(textOn(back))
  } else if (back) {
    // The named colours are text colours, so the page colour is read on them.
    css.backgroundColor = textColour(back)
    css.color = 'var(--surface-page)'
  } else if (front) {
    css.color = textColour(front)
  }
  if (style.bold) css.fontWeight = 'var(--weight-strong)'
  if (style.dim && !back) css.color = 'var(--text-muted)'
  if (style.italic) css.fontStyle = 'italic'
  const lines = [style.underline ? 'underline' : '', style.strike ? 'line-through' : ''].filter(Boolean)
  if (lines.length > 0) css.textDecoration = lines.join(' ')
  return css
}
