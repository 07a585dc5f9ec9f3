import { Plus, Search } from 'lucide-react'
import { type KeyboardEvent, useRef } from 'react'
import { runCommand, useCommandHandlers } from '../../data/commands.ts'
import { isConnected, useConnection } from '../../data/connection-store.ts'
import { useRows } from '../../data/rows-store.ts'
import { useView } from '../../data/view-store.ts'
import { Button, Icon } from '../../ui/button.tsx'
import { ArrangeMenu, ColumnsMenu } from './arrange-menu.tsx'
import { StatusChips } from './status-chips.tsx'

/** Filter field, status chips, arrangement and the primary action. */
export function SessionsTopBar() {
  const anything = useRows((state) => state.processes.size > 0)
  useConnection((state) => state.client.kind)
  return (
    <header className="top">
      <FilterField />
      {anything && <StatusChips />}
      <span className="push" />
      {anything && <ArrangeMenu />}
      {anything && <ColumnsMenu />}
      <Button look="primary" icon={Plus} keys="N" disabled={!isConnected()} onClick={() => runCommand('process.new')}>
        <span className="phone-sr">New process</span>
      </Button>
    </header>
  )
}

function FilterField() {
  const text = useView((state) => state.filterText)
  const input = useRef<HTMLInputElement>(null)
  useCommandHandlers({
    'edit.filter': () => {
      input.current?.focus()
      input.current?.select()
    },
  })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && text !== '') useView.setState({ filterText: '' })
    else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') {
      window.dispatchEvent(new CustomEvent('procession:focus-grid'))
    } else return
    event.preventDefault()
  }
  return (
    <div className="field filter">
      <Icon of={Search} />
      <input
        ref={input}
        type="search"
        aria-label="Filter rows"
        placeholder="Filter"
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => useView.setState({ filterText: event.target.value })}
        onKeyDown={onKeyDown}
      />
      {text === '' && (
        <span className="key" aria-hidden="true">
          /
        </span>
      )}
    </div>
  )
}
