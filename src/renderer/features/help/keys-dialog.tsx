import { useRef } from 'react'
import { type Command, type CommandId, commands, type MenuName } from '../../../shared/commands/commands.ts'
import { movementKeys } from '../../../shared/commands/movement.ts'
import { setAppearance, useAppearance } from '../../data/appearance-store.ts'
import { isOffered } from '../../data/commands.ts'
import { closeDialog } from '../../data/dialog-store.ts'
import { keyWords } from '../../data/key-words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

const titles: readonly (readonly [MenuName, string])[] = [
  ['process', 'Process'],
  ['view', 'View'],
  ['edit', 'Edit'],
  ['file', 'File'],
  ['window', 'Window'],
  ['help', 'Help'],
]

const whereWords: Readonly<Record<Command['where'], string>> = {
  anywhere: '',
  grid: '',
  log: ' (in the log)',
  graph: '',
  hosts: ' (on the Hosts screen)',
}

type Section = { readonly title: string; readonly rows: readonly { label: string; keys: readonly string[] }[] }

function sections(): Section[] {
  const listed: readonly Command[] = commands
  const fromRegistry = titles.map(([menu, title]) => ({
    title,
    rows: listed
      .filter((command) => command.menu === menu && command.keys.length > 0 && isOffered(command.id as CommandId))
      .map(({ label, keys, where }) => ({
        label: `${label.replace('…', '')}${whereWords[where]}`,
        keys: keys.flatMap((key) => keyWords(key) ?? []),
      })),
  }))
  return [...fromRegistry, ...movementKeys].filter(({ rows }) => rows.length > 0)
}

/** Every key, from the registry. */
export function KeysDialog() {
  const close = useRef<HTMLButtonElement>(null)
  const singleKeys = useAppearance((state) => state.singleKeys)
  return (
    <Dialog
      title="Keyboard shortcuts"
      onClose={closeDialog}
      initialFocus={close}
      foot={
        <>
          <label className="check-label">
            <input
              type="checkbox"
              checked={singleKeys}
              onChange={(event) => setAppearance({ singleKeys: event.target.checked })}
            />
            Single letters are keys
          </label>
          <Button ref={close} onClick={closeDialog}>
            Close
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reachable from the keyboard */}
      <section aria-label="All keys" tabIndex={0}>
        <table className="keys-table">
          {sections().map(({ title, rows }) => (
            <tbody key={title}>
              <tr>
                <th scope="rowgroup" colSpan={2}>
                  {title}
                </th>
              </tr>
              {rows.map(({ label, keys }) => (
                <tr key={label}>
                  <td>{label}</td>
                  <td>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </section>
    </Dialog>
  )
}
