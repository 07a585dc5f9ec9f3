import { Dialog } from '@base-ui/react/dialog'
import { ChevronRight, Search } from 'lucide-react'
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react'
import type { CommandId } from '../../../shared/commands/commands.ts'
import { detailSentence } from '../../../shared/text/detail.ts'
import { statusOf } from '../../../shared/text/status.ts'
import { isEnabled, isOffered } from '../../data/commands.ts'
import { keyWords } from '../../data/key-words.ts'
import { useRows } from '../../data/rows-store.ts'
import { Icon } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { type PaletteEntry, paletteGroups } from './palette-entries.ts'

type PaletteProps = {
  readonly onClose: () => void
  readonly onCommand: (id: CommandId) => void
  readonly onShow: (processId: string) => void
}

/** Goes to a process or runs a command by its words. */
export function Palette({ onClose, onCommand, onShow }: PaletteProps) {
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  const list = useId()
  // The context is that of the moment it was opened: the palette itself has the keyboard now.
  const [usable] = useState(() => (command: Parameters<typeof isEnabled>[0]) => isEnabled(command))
  const groups = useMemo(() => {
    const { processes, sessions } = useRows.getState()
    return paletteGroups(
      text,
      [...processes.values()],
      sessions,
      (command) => isOffered(command.id as CommandId) && usable(command),
    )
  }, [text, usable])
  const entries = groups.flatMap((group) => group.entries)

  const choose = (entry: PaletteEntry | undefined) => {
    if (!entry) return
    onClose()
    if (entry.kind === 'row') onShow(entry.id)
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
              aria-label="Search processes and commands"
              placeholder="Search processes and commands"
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
      {entry.kind === 'row' ? <Mark kind={statusOf(entry.row.life)} /> : <Icon of={ChevronRight} />}
      <span className="title">{entry.title}</span>
      {entry.kind === 'row' && <span className="muted cut">{detailSentence(entry.row, Date.now())}</span>}
      <span className="push">
        {entry.kind === 'row' ? (
          <span className="muted">{entry.note}</span>
        ) : (
          entry.command.keys[0] && <kbd>{keyWords(entry.command.keys[0])}</kbd>
        )}
      </span>
    </div>
  )
}
