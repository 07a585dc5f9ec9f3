import { ChevronDown, ChevronUp, Copy, Download, Search } from 'lucide-react'
import { type KeyboardEvent, useRef } from 'react'
import type { LogStreams } from '../../../shared/contract/contract.ts'
import { useCommandHandlers } from '../../data/commands.ts'
import { type LogTimes, prefer, useView } from '../../data/view-store.ts'
import { Button, Hint, Icon, IconButton } from '../../ui/button.tsx'
import { Menu, MenuChoice } from '../../ui/menu.tsx'
import { type Find, findCount } from './use-find.ts'

const streamWords: Readonly<Record<LogStreams, string>> = {
  both: 'stdout and stderr',
  out: 'stdout',
  err: 'stderr',
}
const streamOptions = (['both', 'out', 'err'] as const).map((value) => ({ value, label: streamWords[value] }))
const timesWords: Readonly<Record<LogTimes, string>> = {
  off: 'Times',
  clock: 'Times',
  'since-start': 'Since start',
}

type LogToolbarProps = {
  readonly find: Find
  readonly onFind: (change: Partial<Find>) => void
  readonly onStep: (by: 1 | -1) => void
  readonly following: boolean
  readonly onFollow: (following: boolean) => void
  readonly onCopy: () => void
  readonly onSave: () => void
  readonly onLeaveFind: () => void
}

const nextTimes: Readonly<Record<LogTimes, LogTimes>> = { off: 'clock', clock: 'since-start', 'since-start': 'off' }

export function LogToolbar(props: LogToolbarProps) {
  const { find, onFind, onStep, following, onFollow } = props
  const { logWrap, logTimes, logStreams } = useView()
  const changeTimes = () => prefer({ logTimes: nextTimes[logTimes] })
  const changeWrap = () => prefer({ logWrap: !logWrap })
  useCommandHandlers({
    'log.follow': () => onFollow(!following),
    'log.wrap': changeWrap,
    'log.times': changeTimes,
  })
  return (
    <div className="logbar">
      <FindField find={find} onFind={onFind} onStep={onStep} onLeave={props.onLeaveFind} />
      <IconButton
        className="optional"
        label="Previous match"
        icon={ChevronUp}
        size="small"
        disabled={find.hits.length === 0}
        onClick={() => onStep(-1)}
      />
      <IconButton
        className="optional"
        label="Next match"
        icon={ChevronDown}
        size="small"
        disabled={find.hits.length === 0}
        onClick={() => onStep(1)}
      />
      <span className="gap-8 not-phone" />
      <Toggle label="Follow" keys="F" pressed={following} onClick={() => onFollow(!following)} />
      <Toggle label="Wrap" keys="W" pressed={logWrap} onClick={changeWrap} className="not-phone" />
      <Toggle
        label={timesWords[logTimes]}
        keys="T"
        pressed={logTimes !== 'off'}
        onClick={changeTimes}
        className="not-phone"
      />
      <Menu
        trigger={
          <Button look="quiet" size="small" className="only-wide optional">
            {streamWords[logStreams]}
            <Icon of={ChevronDown} />
          </Button>
        }
      >
        <MenuChoice
          title="Show"
          value={logStreams}
          options={streamOptions}
          onChange={(streams) => prefer({ logStreams: streams })}
        />
      </Menu>
      <span className="push" />
      <IconButton
        label="Copy selected lines"
        icon={Copy}
        size="small"
        className="not-phone optional"
        onClick={props.onCopy}
      />
      <IconButton label="Save log as" icon={Download} size="small" onClick={props.onSave} />
    </div>
  )
}

function Toggle(props: {
  readonly label: string
  readonly keys: string
  readonly pressed: boolean
  readonly onClick: () => void
  readonly className?: string
}) {
  const { label, keys, pressed, onClick, className = '' } = props
  return (
    <Button look="quiet" size="small" keys={keys} aria-pressed={pressed} onClick={onClick} className={className}>
      {label}
    </Button>
  )
}

type FindFieldProps = Pick<LogToolbarProps, 'find' | 'onFind' | 'onStep'> & { readonly onLeave: () => void }

function FindField({ find, onFind, onStep, onLeave }: FindFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  useCommandHandlers({
    'edit.find': () => {
      input.current?.focus()
      input.current?.select()
    },
  })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1)
    else if (event.key === 'Escape' && find.query !== '') onFind({ query: '' })
    else if (event.key === 'Escape') onLeave()
    else return
    event.preventDefault()
  }
  return (
    <div className={find.problem === null ? 'field small find' : 'field small find bad'} title={find.problem ?? ''}>
      <Icon of={Search} />
      <input
        ref={input}
        type="search"
        aria-label="Find in log"
        aria-invalid={find.problem !== null || undefined}
        placeholder="Find"
        spellCheck={false}
        autoComplete="off"
        value={find.query}
        onChange={(event) => onFind({ query: event.target.value })}
        onKeyDown={onKeyDown}
      />
      <span className="small cut" role="status">
        {find.problem === null ? findCount(find) : problemWords(find.problem)}
      </span>
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

/** The engine names the whole expression again before the reason; the field has room for the reason only. */
const problemWords = (problem: string): string => problem.slice(problem.lastIndexOf(': ') + 1).trim()

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
