import { ChevronDown, ChevronUp, Copy, Download, MoreHorizontal } from 'lucide-react'
import { useCommandHandlers } from '../../data/commands.ts'
import { desktopLink } from '../../data/desktop-link.ts'
import { prefer, useView } from '../../data/view-store.ts'
import { Button, Icon, IconButton } from '../../ui/button.tsx'
import { Menu, MenuAction, MenuChoice, MenuLine } from '../../ui/menu.tsx'
import { FindField } from './find-field.tsx'
import { nextTimes, streamOptions, streamWords, timesOptions } from './log-words.ts'
import type { Find } from './use-find.ts'

export type LogToolbarProps = {
  readonly find: Find
  readonly onFind: (change: Partial<Find>) => void
  readonly onStep: (by: 1 | -1) => void
  readonly onCancelFind: () => void
  readonly onLeaveFind: () => void
  readonly following: boolean
  readonly onFollow: (following: boolean) => void
  readonly onCopy: (withColours: boolean) => void
  readonly onSelectAll: () => void
  readonly onSave: () => void
  readonly onGoTo: () => void
  readonly onOpenFolder: () => void
}

/** What can be done with a log, from the left: find, follow, wrap, times, streams; copy, save and the rest. */
export function LogToolbar(props: LogToolbarProps) {
  const { find, onStep, following, onFollow } = props
  const { logWrap, logTimes, logStreams } = useView()
  const changeTimes = () => prefer({ logTimes: nextTimes[logTimes] })
  const changeWrap = () => prefer({ logWrap: !logWrap })
  useCommandHandlers({
    'log.follow': () => onFollow(!following),
    'log.wrap': changeWrap,
    'log.times': changeTimes,
    'log.goTo': props.onGoTo,
    'log.save': props.onSave,
  })
  const step = (label: string, icon: typeof ChevronUp, by: 1 | -1) => (
    <IconButton
      className="optional"
      label={label}
      icon={icon}
      size="small"
      disabled={find.hits.length === 0}
      onClick={() => onStep(by)}
    />
  )
  return (
    <div className="logbar">
      <FindField {...props} />
      {step('Previous match', ChevronUp, -1)}
      {step('Next match', ChevronDown, 1)}
      <span className="gap-8 not-phone" />
      <Toggle label="Follow" keys="F" pressed={following} onClick={() => onFollow(!following)} />
      <Toggle label="Wrap" keys="W" pressed={logWrap} onClick={changeWrap} className="not-phone" />
      <Toggle
        label={logTimes === 'since-start' ? 'Since start' : 'Times'}
        keys="T"
        pressed={logTimes !== 'off'}
        onClick={changeTimes}
        className="not-phone"
      />
      <Menu
        trigger={
          <Button look="quiet" size="small" className="only-wide optional streams">
            {streamWords[logStreams]}
            <Icon of={ChevronDown} />
          </Button>
        }
      >
        <StreamChoice />
      </Menu>
      <span className="push" />
      <IconButton
        label="Copy selected lines"
        icon={Copy}
        size="small"
        className="not-phone optional"
        onClick={() => props.onCopy(false)}
      />
      <IconButton label="Save log as" icon={Download} size="small" className="optional" onClick={props.onSave} />
      <MoreMenu {...props} />
    </div>
  )
}

function StreamChoice() {
  const streams = useView((state) => state.logStreams)
  return (
    <MenuChoice
      title="Show"
      value={streams}
      options={streamOptions}
      onChange={(chosen) => prefer({ logStreams: chosen })}
    />
  )
}

/** Everything, also what has no room beside the other buttons. */
function MoreMenu({ onGoTo, onSelectAll, onCopy, onSave, onOpenFolder }: LogToolbarProps) {
  const times = useView((state) => state.logTimes)
  return (
    <Menu trigger={<IconButton label="More about this log" icon={MoreHorizontal} size="small" />} align="end">
      <StreamChoice />
      <MenuChoice
        title="Times"
        value={times}
        options={timesOptions}
        onChange={(chosen) => prefer({ logTimes: chosen })}
      />
      <MenuLine />
      <MenuAction onClick={onGoTo}>Go to time…</MenuAction>
      <MenuAction onClick={onSelectAll}>Select all lines</MenuAction>
      <MenuAction onClick={() => onCopy(false)}>Copy selected lines</MenuAction>
      <MenuAction onClick={() => onCopy(true)}>Copy with colours</MenuAction>
      <MenuAction onClick={onSave}>Save as…</MenuAction>
      {desktopLink() !== null && <MenuAction onClick={onOpenFolder}>Open folder</MenuAction>}
    </Menu>
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
