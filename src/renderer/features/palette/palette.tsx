import { Dialog } from '@base-ui/react/dialog'
import { ChevronRight, Search, Server } from 'lucide-react'
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react'
import type { CommandId } from '../../../shared/commands/commands.ts'
import { detailSentence } from '../../../shared/text/detail.ts'
import { hostBarText, hostMark } from '../../../shared/text/host-row.ts'
import { statusOf } from '../../../shared/text/status.ts'
import { isEnabled, isOffered } from '../../data/commands.ts'
import { listedHosts } from '../../data/hosts.ts'
import { keyWords } from '../../data/key-words.ts'
import { useRows } from '../../data/rows-store.ts'
import { Icon } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { type PaletteEntry, paletteGroups } from './palette-entries.ts'

type PaletteProps = {
  readonly onClose: () => void
  readonly onCommand: (id: CommandId) => void
  readonly onShow: (processId: string) => void
  readonly onHost: (name: string) => void
}

/** Goes to a process or a host, or runs a command, by its words. */
export function Palette({ onClose, onCommand, onShow, onHost }: PaletteProps) {
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  const list = useId()
  // The context is that of the moment it was opened: the palette itself has the keyboard now.
  const [usable] = useState(() => (command: Parameters<typeof isEnabled>[0]) => isEnabled(command))
  const groups = useMemo(() => {
    const { processes, sessions, hosts } = useRows.getState()
    return paletteGroups(
      text,
      { rows: [...processes.values()], sessions, hosts: listedHosts(hosts) },
      (command) => isOffered(command.id as CommandId) && usable(command),
    )
  }, [text, usable])
  const entries = groups.flatMap((group) => group.entries)

  const choose = (entry: PaletteEntry | undefined) => {
    if (!entry) return
    onClose()
    if (entry.kind === 'row') onShow(entry.id)
    else if (entry.kind === 'host') onHost(entry.row.name)
    else onCommand(entry.id)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive((active + 1) % Math.max(1, entries.length))
    else if (event.key === 'ArrowUp') setActive((active - 1 + entries.length) % Math.max(1, entries.length))
    else if (event.key === 'Enter') choose(entries[active])
    else return
    event.preventDefault()
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="dialog palette" aria-label="Command palette" initialFocus={input}>
          <div className="palette-input">
            <Icon of={Search} />
            <input
              ref={input}
              role="combobox"
              aria-expanded="true"
              aria-controls={list}
              aria-activedescendant={entries[active] ? `${list}-${active}` : undefined}
              aria-label="Search processes, hosts and commands"
              placeholder="Search processes, hosts and commands"
              spellCheck={false}
              autoComplete="off"
              value={text}
              onChange={(event) => {
                setText(event.target.value)
                setActive(0)
              }}
              onKeyDown={onKeyDown}
            />
          </div>
          <div id={list} className="palette-list" role="listbox" aria-label="Results">
            {groups.map((group) => (
              // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
              <div key={group.title} role="group" aria-label={group.title}>
                <div className="palette-group" role="presentation">
                  {group.title}
                </div>
                {group.entries.map((entry) => {
                  const index = entries.indexOf(entry)
                  return (
                    <PaletteOption
                      key={entry.id}
                      id={`${list}-${index}`}
                      entry={entry}
                      selected={index === active}
                      onChoose={() => choose(entry)}
                      onPoint={() => setActive(index)}
                    />
                  )
                })}
              </div>
            ))}
          </div>
          {entries.length === 0 && <p className="palette-group">Nothing matches</p>}
          <div className="palette-foot small muted">
            <span>
              <b>&gt;</b> commands
            </span>
            <span>
              <b>#</b> sessions
            </span>
            <span>
              <b>@</b> hosts
            </span>
            <span className="push">
              <kbd>↑</kbd> <kbd>↓</kbd> move
            </span>
            <span>
              <kbd>Enter</kbd> run
            </span>
            <span>
              <kbd>Esc</kbd> back
            </span>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

type PaletteOptionProps = {
  readonly id: string
  readonly entry: PaletteEntry
  readonly selected: boolean
  readonly onChoose: () => void
  readonly onPoint: () => void
}

function EntryMark({ entry }: { readonly entry: PaletteEntry }) {
  if (entry.kind === 'command') return <Icon of={ChevronRight} />
  if (entry.kind === 'row') return <Mark kind={statusOf(entry.row.life)} />
  const mark = hostMark(entry.row.state)
  return mark ? <Mark kind={mark} /> : <Icon of={Server} />
}

function PaletteOption({ id, entry, selected, onChoose, onPoint }: PaletteOptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the keyboard and names the active entry
    <div
      id={id}
      role="option"
      aria-selected={selected}
      onClick={onChoose}
      onPointerMove={onPoint}
      ref={(element) => {
        if (selected) element?.scrollIntoView({ block: 'nearest' })
      }}
    >
      <EntryMark entry={entry} />
      <span className="title">{entry.title}</span>
      {entry.kind === 'row' && <span className="muted cut">{detailSentence(entry.row, Date.now())}</span>}
      {entry.kind === 'host' && <span className="muted cut">{hostBarText(entry.row, Date.now())}</span>}
      <span className="push">
        {entry.kind === 'command' ? (
          entry.command.keys[0] && <kbd>{keyWords(entry.command.keys[0])}</kbd>
        ) : (
          <span className="muted">{entry.note}</span>
        )}
      </span>
    </div>
  )
}
