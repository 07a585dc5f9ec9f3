import { canBeStopped, type Life, mayBeRunning } from '../domain/life.ts'
import type { ProcessRow, SessionRow } from '../domain/rows.ts'

/** What decides whether a command makes sense now. `selected` are the rows it would act on. */
export type CommandContext = {
  readonly selected: readonly Pick<ProcessRow, 'life'>[]
  /** The session of the group or process that has the keyboard; null while there is none. */
  readonly session: SessionState | null
  /** Where the keyboard is; single letters act only in the part they belong to. */
  readonly focus: 'grid' | 'log' | 'other'
  readonly connected: boolean
}

/** What decides about commands of a session. */
export type SessionState = {
  readonly active: SessionRow['active']
  /** False for one that is only shown here. */
  readonly writable: boolean
}

export const sessionState = ({ active, readOnly }: SessionRow): SessionState => ({
  active,
  writable: readOnly === null,
})

export type MenuName = 'file' | 'edit' | 'view' | 'process' | 'window' | 'help'

export type Command = {
  readonly id: string
  /** Sentence case, verb first. */
  readonly label: string
  /** Keys in the notation of tinykeys (`$mod+KeyK`, `Shift+X`, `/`, `g d`); the first is shown in menus. */
  readonly keys: readonly string[]
  /** Single letters belong to one part of the window, or to the Dependencies (`graph`) or the Hosts screen (`hosts`). */
  readonly where: 'anywhere' | 'grid' | 'log' | 'graph' | 'hosts'
  readonly menu: MenuName | null
  /** Commands of one group stand together in menus; groups are separated. */
  readonly group: number
  readonly enabled: (context: CommandContext) => boolean
}

const always = () => true
const connected = (context: CommandContext) => context.connected
const someOf = (accepts: (life: Life) => boolean) => (context: CommandContext) =>
  context.connected && context.selected.some(({ life }) => accepts(life))

/** True where a start has something to do. What waits for another one starts by itself; a back-off is cut short. */
export const canStart = (life: Life): boolean => !mayBeRunning(life) && life.kind !== 'blocked'

/** True where a stop has something to do, and it is known to what. */
export const canStop = (life: Life): boolean => canBeStopped(life) && life.kind !== 'unknown'

/** True where a program of ours runs that can be killed or started anew. */
export const hasProgram = (life: Life): boolean => canStop(life) && mayBeRunning(life) && life.kind !== 'ambiguous'

const someSession = (accepts: (session: SessionState) => boolean) => (context: CommandContext) =>
  context.connected && context.session !== null && accepts(context.session)
const someSelected = (context: CommandContext) => context.selected.length > 0

const command = <Id extends string>(
  id: Id,
  label: string,
  keys: readonly string[],
  rest: Partial<Pick<Command, 'where' | 'menu' | 'group' | 'enabled'>> = {},
) => ({ id, label, keys, where: 'anywhere', menu: null, group: 0, enabled: always, ...rest }) as const

/**
 * Every command of the interface, once. The toolbar, the context menu, the application menu, the tray, the palette and
 * the help are made from this list; what a command does is in src/renderer/app/actions and src/main/desktop.
 */
export const commands = [
  command('process.new', 'New process…', ['n'], { menu: 'file', enabled: connected }),
  command('session.new', 'New session…', [], { menu: 'file', enabled: connected }),
  command('session.sample', 'Try the sample session', [], { menu: 'help', enabled: connected }),
  // A workspace that came from another machine is read-only until it is activated here.
  command('session.activate', 'Activate session', [], {
    menu: 'file',
    group: 1,
    enabled: someSession(({ active, writable }) => !active || !writable),
  }),
  command('session.deactivate', 'Deactivate session…', [], {
    menu: 'file',
    group: 1,
    enabled: someSession(({ active, writable }) => active && writable),
  }),
  command('session.logs', 'Show logs of session', ['Shift+L'], {
    menu: 'file',
    where: 'grid',
    group: 1,
    enabled: someSession(() => true),
  }),
  command('session.openFolder', 'Open folder of session', [], {
    menu: 'file',
    group: 1,
    enabled: someSession(() => true),
  }),
  command('window.close', 'Close window', ['$mod+w'], { menu: 'file', group: 2 }),
  command('app.quit', 'Quit Procession', ['$mod+q'], { menu: 'file', group: 2 }),

  command('edit.copy', 'Copy', ['$mod+c'], { menu: 'edit' }),
  command('edit.selectAll', 'Select all', ['$mod+a'], { menu: 'edit', where: 'grid' }),
  command('edit.find', 'Find in log', ['$mod+f'], { menu: 'edit', group: 1, enabled: someSelected }),
  command('edit.filter', 'Filter', ['/'], { menu: 'edit', group: 1 }),

  command('process.start', 'Start', ['s'], { menu: 'process', where: 'grid', enabled: someOf(canStart) }),
  command('process.stop', 'Stop', ['x'], { menu: 'process', where: 'grid', enabled: someOf(canStop) }),
  command('process.restart', 'Restart', ['r'], { menu: 'process', where: 'grid', enabled: someOf(hasProgram) }),
  command('process.kill', 'Kill now…', ['Shift+X'], {
    menu: 'process',
    where: 'grid',
    group: 1,
    enabled: someOf(hasProgram),
  }),
  command('dependences.add', 'Add dependency…', [], { menu: 'process', group: 2, enabled: connected }),
  command('dependences.remove', 'Remove dependency', ['Delete'], { where: 'graph', enabled: connected }),

  command('hosts.add', 'Add host…', ['a'], { menu: 'file', where: 'hosts', enabled: connected }),
  // They are about the host that is selected on the Hosts screen.
  command('hosts.test', 'Test connection', ['t'], { where: 'hosts', enabled: connected }),
  command('hosts.trust', 'Trust key of host…', [], { where: 'hosts', enabled: connected }),
  command('hosts.processes', 'Show processes of host', [], { where: 'hosts' }),
  command('hosts.remove', 'Remove host…', ['Delete'], { where: 'hosts', enabled: connected }),

  command('palette.open', 'Command palette', ['$mod+k'], { menu: 'view' }),
  command('view.sessions', 'Sessions', ['1'], { menu: 'view' }),
  command('view.dependencies', 'Dependencies', ['2'], { menu: 'view' }),
  command('view.hosts', 'Hosts', ['5'], { menu: 'view' }),
  command('view.logs', 'Show logs', ['l'], { menu: 'view', where: 'grid', group: 1, enabled: someSelected }),
  command('view.overview', 'Show overview', ['o'], { menu: 'view', where: 'grid', group: 1, enabled: someSelected }),
  // Not in the menu of the application, which does not know what has a terminal.
  command('view.terminal', 'Show terminal', ['t'], { where: 'grid', enabled: someSelected }),
  command('terminal.leave', 'Leave the terminal', ['$mod+F6']),
  command('view.parents', 'Show what it depends on', ['d'], {
    menu: 'view',
    where: 'grid',
    group: 1,
    enabled: someSelected,
  }),
  command('view.history', 'Show history', ['h'], { menu: 'view', where: 'grid', group: 1, enabled: someSelected }),
  command('view.inGraph', 'Show in Dependencies', ['g d'], {
    menu: 'view',
    where: 'grid',
    group: 1,
    enabled: someSelected,
  }),
  command('log.follow', 'Follow log', ['f'], { menu: 'view', where: 'log', group: 2, enabled: someSelected }),
  command('log.wrap', 'Wrap lines', ['w'], { menu: 'view', where: 'log', group: 2, enabled: someSelected }),
  command('log.times', 'Show times', ['t'], { menu: 'view', where: 'log', group: 2, enabled: someSelected }),
  command('log.goTo', 'Go to time in log…', ['$mod+g'], { menu: 'view', group: 2 }),
  command('log.save', 'Save log as…', ['$mod+s'], { menu: 'file', group: 1 }),
  command('graph.fit', 'Fit graph', ['0'], { menu: 'view', where: 'graph', group: 3 }),
  command('graph.zoomIn', 'Enlarge graph', ['+', '='], { menu: 'view', where: 'graph', group: 3 }),
  command('graph.zoomOut', 'Shrink graph', ['-'], { menu: 'view', where: 'graph', group: 3 }),
  command('view.group', 'Group by session', [], { menu: 'view', group: 3 }),
  command('theme.system', 'Use system theme', [], { menu: 'view', group: 4 }),
  command('theme.light', 'Use light theme', [], { menu: 'view', group: 4 }),
  command('theme.dark', 'Use dark theme', [], { menu: 'view', group: 4 }),

  command('window.minimise', 'Minimise', ['$mod+m'], { menu: 'window' }),
  command('window.open', 'Open Procession', [], { menu: 'window' }),

  command('help.keys', 'Keyboard shortcuts', ['?', 'F1'], { menu: 'help' }),
] as const satisfies readonly Command[]

export type CommandId = (typeof commands)[number]['id']

/** The command with this id. */
export function commandOf(id: CommandId): Command {
  const found = commands.find((candidate) => candidate.id === id)
  if (!found) throw new Error(`No command ${id}`)
  return found
}

/** What Electron main and the window tell each other over the second port (`desktop`). */
export type DesktopMessage =
  /** Run this command on the current selection; a window sends those that only main can carry out. */
  | { readonly kind: 'command'; readonly id: CommandId }
  /** main to window: show and select one process, with its log where `log` says so. */
  | { readonly kind: 'show'; readonly processId: string; readonly log: boolean }
  /** main to window: something failed while the window is in view; a note there takes the place of a notification. */
  | { readonly kind: 'notice'; readonly notice: Notice }
  /** main to window: show everything that needs a person. */
  | { readonly kind: 'show-attention' }
  /** window to main: show the folder of a session. */
  | { readonly kind: 'open-folder'; readonly sessionId: string }
  /** window to main: what the application menu is enabled by. */
  | { readonly kind: 'context'; readonly context: CommandContext }
  /** window to main: quit was confirmed; stop everything first or leave it running. */
  | { readonly kind: 'quit'; readonly stopAll: boolean }
  /** main to window: the user wants to quit; ask. */
  | { readonly kind: 'ask-quit' }
  /** main to window: the supervision link, e.g. that the daemon was restarted too often. */
  | { readonly kind: 'daemon'; readonly state: DaemonLinkState }
  /** window to main: the theme that was chosen, for title bar, menus and the first paint of the next window. */
  | { readonly kind: 'theme'; readonly theme: ThemeChoice }
  /** window to main: the user asks for another try, or for the log file. */
  | { readonly kind: 'daemon-retry' }
  | { readonly kind: 'open-log' }

/** One thing that a person should hear of. The title alone says what happened. */
export type Notice = {
  readonly title: string
  readonly body: string
  /** The process whose log says more; null where it is about several. */
  readonly processId: string | null
}

export const themeChoices = ['system', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]

/** How Electron main stands with the daemon it starts. */
export type DaemonLinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'restarting'; readonly attempt: number }
  | { readonly kind: 'gave-up'; readonly message: string; readonly hint: string }
