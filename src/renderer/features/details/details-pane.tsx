import { Tabs } from '@base-ui/react/tabs'
import { X } from 'lucide-react'
import { type ReactNode, type RefObject, useEffect, useReducer, useRef } from 'react'
import { displayName, type ProcessRow } from '../../../shared/domain/rows.ts'
import { statusWord } from '../../../shared/text/status.ts'
import { useCommandHandlers } from '../../data/commands.ts'
import { useConnection } from '../../data/connection-store.ts'
import { type Together, useTogether } from '../../data/merged-logs.ts'
import { useProcess } from '../../data/rows-store.ts'
import { useSelection } from '../../data/selection-store.ts'
import { shownStatus } from '../../data/shown-status.ts'
import { type DetailsTab, detailsTabs, prefer, useView } from '../../data/view-store.ts'
import { IconButton } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Splitter } from '../../ui/splitter.tsx'
import { useCalm } from '../../ui/use-calm.ts'
import { useWindowHeight, useWindowWidth } from '../../ui/use-size.ts'
import { Notices } from './notices.tsx'
import { Verbs } from './verbs.tsx'

// styles/details.css puts the pane beside the grid from here on.
const besideFrom = 1501
const narrowUnder = 1000
const usualHeight = { wide: 300, narrow: 224 } as const
const usualShare = 0.46
const leastSize = 140
// Running through the rows with an arrow key must not open every log on the way.
const calmMs = 150
// The grid keeps room for its head and a few rows.
const gridKeeps = { height: 240, width: 560 } as const

const tabWords: Readonly<Record<DetailsTab, string>> = {
  logs: 'Logs',
  overview: 'Overview',
  terminal: 'Terminal',
  dependencies: 'Dependencies',
  history: 'History',
}

/** Only what has a terminal has the tab of it. */
const tabsOf = ({ pty }: ProcessRow): readonly DetailsTab[] => detailsTabs.filter((tab) => pty || tab !== 'terminal')

type Panels = Readonly<Record<DetailsTab, (row: ProcessRow) => ReactNode>>

type DetailsPaneProps = {
  readonly panels: Panels
  /** The logs of several processes as one. */
  readonly together: (several: Together) => ReactNode
}

/** The selected process, below the grid or beside it. The app says what stands in the tabs. */
export function DetailsPane({ panels, together }: DetailsPaneProps) {
  const shown = useCalm(
    useSelection((state) => state.shown),
    calmMs,
  )
  const several = useCalm(useTogether(), calmMs)
  const row = useProcess(shown)
  const open = useView((state) => state.detailsOpen)
  const showTab = (tab: DetailsTab) => {
    prefer({ detailsTab: tab })
    useView.setState({ detailsOpen: true })
  }
  useCommandHandlers({
    'view.logs': () => showTab('logs'),
    'view.overview': () => showTab('overview'),
    ...(row?.pty ? { 'view.terminal': () => showTab('terminal') } : {}),
    'view.parents': () => showTab('dependencies'),
    'view.history': () => showTab('history'),
  })
  const pane = useRef<HTMLElement>(null)
  useFocusOnDemand(pane, row?.id, open)
  if (open && several)
    return (
      <SeveralDetails pane={pane} several={several}>
        {together(several)}
      </SeveralDetails>
    )
  return row && open ? <Details pane={pane} row={row} panels={panels} /> : null
}

/** Gives the keyboard to the details when they are asked for, once they show the process that was selected by then. */
function useFocusOnDemand(pane: RefObject<HTMLElement | null>, shownNow: string | undefined, open: boolean): void {
  const [asked, ask] = useReducer((count: number) => count + 1, 0)
  const answered = useRef(0)
  useEffect(() => {
    window.addEventListener('procession:focus-details', ask)
    return () => window.removeEventListener('procession:focus-details', ask)
  }, [])
  useEffect(() => {
    if (answered.current === asked || !open || shownNow !== useSelection.getState().shown) return
    answered.current = asked
    requestAnimationFrame(() => pane.current?.querySelector<HTMLElement>('[role=log], [data-details]')?.focus())
  }, [pane, asked, shownNow, open])
}

type DetailsProps = { readonly pane: RefObject<HTMLElement | null>; readonly row: ProcessRow; readonly panels: Panels }

function Details({ pane, row, panels }: DetailsProps) {
  const chosen = useView((state) => state.detailsTab)
  const tabs = tabsOf(row)
  const tab = tabs.includes(chosen) ? chosen : 'logs'
  const lostSince = useConnection((state) => state.lostSince)
  const status = shownStatus(row, lostSince)
  return (
    <Pane pane={pane} label={`Details of ${displayName(row)}`}>
      <Tabs.Root className="panel" value={tab} onValueChange={(value: DetailsTab) => prefer({ detailsTab: value })}>
        <div className="dhead">
          <h2 className="what">
            <Mark kind={status} />
            <span className="sr">{statusWord[status]}: </span>
            <span className="cut">{displayName(row)}</span>
          </h2>
          <Tabs.List className="tabs" aria-label="Details" activateOnFocus>
            {tabs.map((value) => (
              <Tabs.Tab key={value} value={value}>
                {tabWords[value]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <div className="acts">
            <Verbs row={row} />
            <CloseButton />
          </div>
        </div>
        <Notices row={row} />
        {tabs.map((value) => (
          <Tabs.Panel key={value} value={value} className="panel" tabIndex={-1}>
            {value === tab && panels[value](row)}
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </Pane>
  )
}

type PaneProps = {
  readonly pane: RefObject<HTMLElement | null>
  readonly label: string
  readonly children: ReactNode
}

/** The place of the details, whose size can be changed. Escape leads back to the grid. */
function Pane({ pane, label, children }: PaneProps) {
  const size = useDetailsSize()
  return (
    <section
      ref={pane}
      className="details"
      aria-label={label}
      style={size.chosen === null ? undefined : { ['--details-size' as string]: `${size.chosen}px` }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        window.dispatchEvent(new CustomEvent('procession:focus-grid'))
      }}
    >
      <Splitter
        label="Size of the details"
        between={size.beside ? 'columns' : 'rows'}
        size={size.now}
        least={leastSize}
        most={size.most}
        onResize={(next) => prefer(size.beside ? { detailsWidth: next } : { detailsHeight: next })}
        onReset={() => prefer(size.beside ? { detailsWidth: null } : { detailsHeight: null })}
      />
      {children}
    </section>
  )
}

function CloseButton() {
  return (
    <IconButton
      label="Close details"
      icon={X}
      size="small"
      onClick={() => {
        useView.setState({ detailsOpen: false })
        window.dispatchEvent(new CustomEvent('procession:focus-grid'))
      }}
    />
  )
}

type SeveralProps = Pick<PaneProps, 'pane' | 'children'> & { readonly several: Together }

/** Several processes have only their logs in common. */
function SeveralDetails({ pane, several, children }: SeveralProps) {
  return (
    <Pane pane={pane} label={several.title}>
      <div className="panel">
        <div className="dhead">
          <h2 className="what">
            <span className="cut">{several.title}</span>
          </h2>
          <div className="acts">
            <CloseButton />
          </div>
        </div>
        {children}
      </div>
    </Pane>
  )
}

/** The size in force, the one the user chose (null: the usual) and the largest. */
function useDetailsSize() {
  const width = useWindowWidth()
  const height = useWindowHeight()
  const { detailsHeight, detailsWidth } = useView()
  const beside = width >= besideFrom
  const most = beside ? width - gridKeeps.width : height - gridKeeps.height
  const usual = beside ? Math.round(width * usualShare) : width < narrowUnder ? usualHeight.narrow : usualHeight.wide
  const wanted = beside ? detailsWidth : detailsHeight
  const chosen = wanted === null ? null : Math.max(leastSize, Math.min(most, wanted))
  return { beside, most, chosen, now: chosen ?? usual }
}
