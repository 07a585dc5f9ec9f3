import { type KeyboardEvent, type MouseEvent, useEffect, useRef } from 'react'
import type { HostRow } from '../../../shared/domain/host.ts'
import { useAppearance } from '../../data/appearance-store.ts'
import { selectHost } from '../../data/host-view.ts'
import { HostLine } from './host-line.tsx'

const heads = [
  ['c-name', 'Name'],
  ['c-status', 'State'],
  ['c-detail', 'Detail'],
  ['c-x c-address', 'Address'],
  ['c-age num', 'Latency'],
  ['c-x', 'Load'],
  ['c-x c-memory', 'Memory'],
  ['c-x', 'GPUs'],
  ['c-x c-processes num', 'Running'],
] as const

const pageLines = 10

/** The line a key leads to; null when the key does not move. */
function destination({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent, at: number, count: number): number | null {
  const isLetter = key.length === 1
  if (isLetter && (!useAppearance.getState().singleKeys || ctrlKey || metaKey || shiftKey)) return null
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return at + 1
    case 'ArrowUp':
    case 'k':
      return at - 1
    case 'Home':
      return 0
    case 'End':
      return count - 1
    case 'PageDown':
      return at + pageLines
    case 'PageUp':
      return at - pageLines
    default:
      return null
  }
}

type HostListProps = {
  readonly hosts: readonly HostRow[]
  readonly selected: string | null
  readonly lostSince: number | null
}

/** All machines: a grid with one tab stop, in which the line with the keyboard is the selected one. */
export function HostList({ hosts, selected, lostSince }: HostListProps) {
  const body = useRef<HTMLDivElement>(null)
  const focus = (name: string) => body.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(name)}"]`)?.focus()
  const at = Math.max(
    0,
    hosts.findIndex(({ name }) => name === selected),
  )
  useEffect(() => {
    const focusSelected = () => body.current?.querySelector<HTMLElement>('[role=row][tabindex="0"]')?.focus()
    // What had the keyboard may have gone with the screen before.
    if (document.activeElement === document.body) focusSelected()
    window.addEventListener('procession:focus-hosts', focusSelected)
    return () => window.removeEventListener('procession:focus-hosts', focusSelected)
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey) return
    if (event.key === 'Enter') window.dispatchEvent(new CustomEvent('procession:focus-host-details'))
    else {
      const to = destination(event, at, hosts.length)
      if (to === null) return
      const host = hosts[Math.max(0, Math.min(hosts.length - 1, to))]
      if (host) {
        selectHost(host.name)
        focus(host.name)
      }
    }
    event.preventDefault()
    event.stopPropagation()
  }
  const onClick = (event: MouseEvent) => {
    const line = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-key]') : null
    if (line?.dataset.key === undefined) return
    selectHost(line.dataset.key)
    line.focus()
  }
  return (
    <div className="host-table" role="grid" aria-label="Hosts" aria-rowcount={hosts.length + 1}>
      <div className="r head" role="row" aria-rowindex={1}>
        <span className="c-mark" role="columnheader" tabIndex={-1}>
          <span className="sr">Mark</span>
        </span>
        {heads.map(([name, label]) => (
          <span key={label} className={name} role="columnheader" tabIndex={-1}>
            {label}
          </span>
        ))}
      </div>
      <div className="host-lines" ref={body} role="rowgroup" onKeyDown={onKeyDown} onClick={onClick}>
        {hosts.map((host, index) => (
          <HostLine key={host.name} host={host} index={index} selected={index === at} lostSince={lostSince} />
        ))}
      </div>
    </div>
  )
}
