import { Search, X } from 'lucide-react'
import { type KeyboardEvent, useRef } from 'react'
import { useCommandHandlers } from '../../data/commands.ts'
import { Hint, Icon } from '../../ui/button.tsx'
import { type Find, findWords } from './use-find.ts'

type FindFieldProps = {
  readonly find: Find
  readonly onFind: (change: Partial<Find>) => void
  readonly onStep: (by: 1 | -1) => void
  readonly onCancelFind: () => void
  readonly onLeaveFind: () => void
}

/** Words to find, how many lines have them, and how they are meant. */
export function FindField({ find, onFind, onStep, onCancelFind, onLeaveFind }: FindFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  useCommandHandlers({
    'edit.find': () => {
      input.current?.focus()
      input.current?.select()
    },
  })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1)
    else if (event.key === 'Escape' && find.busy === 'slow') onCancelFind()
    else if (event.key === 'Escape' && find.query !== '') onFind({ query: '' })
    else if (event.key === 'Escape') onLeaveFind()
    else return
    event.preventDefault()
  }
  const { problem } = find
  return (
    <div className={problem === null ? 'field small find' : 'field small find bad'} title={titleOf(find)}>
      <Icon of={Search} />
      <input
        ref={input}
        type="search"
        aria-label="Find in log"
        aria-invalid={problem !== null || undefined}
        placeholder="Find"
        spellCheck={false}
        autoComplete="off"
        value={find.query}
        onChange={(event) => onFind({ query: event.target.value })}
        onKeyDown={onKeyDown}
      />
      <span className="small cut" role="status">
        {findWords(find)}
      </span>
      {find.busy === 'slow' && (
        <Hint text="Stop searching">
          <button type="button" className="toggle" aria-label="Stop searching" onClick={onCancelFind}>
            <Icon of={X} />
          </button>
        </Hint>
      )}
      <FindToggle
        label="Match case"
        word="Aa"
        pressed={find.caseSensitive}
        onClick={() => onFind({ caseSensitive: !find.caseSensitive })}
      />
      <FindToggle
        label="Regular expression"
        word=".*"
        pressed={find.regex}
        onClick={() => onFind({ regex: !find.regex })}
      />
    </div>
  )
}

function titleOf({ hits, total }: Find): string | undefined {
  return total > hits.length && hits.length > 0 ? `The newest ${hits.length} can be stepped through` : undefined
}

function FindToggle(props: {
  readonly label: string
  readonly word: string
  readonly pressed: boolean
  readonly onClick: () => void
}) {
  return (
    <Hint text={props.label}>
      <button
        type="button"
        className="toggle not-phone"
        aria-label={props.label}
        aria-pressed={props.pressed}
        onClick={props.onClick}
      >
        {props.word}
      </button>
    </Hint>
  )
}
