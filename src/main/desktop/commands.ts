import { shell } from 'electron'
import type { CommandId, Notice } from '../../shared/commands/commands.ts'
import { assertNever, type Result } from '../../shared/domain/result.ts'
import { displayName } from '../../shared/domain/rows.ts'
import { couldNot } from '../../shared/text/messages.ts'
import { statusOf } from '../../shared/text/status.ts'
import type { DaemonLink } from './daemon-link.ts'
import { showFailure } from './dialogs.ts'
import { isCommandOfMain } from './menu-template.ts'
import type { Quitter } from './quit.ts'
import type { ProcessVerb, TrayAction } from './tray-template.ts'
import type { AppWindow } from './window.ts'

/** What menus, tray and window act on. */
export type Parts = {
  readonly link: DaemonLink
  readonly window: AppWindow
  readonly quitter: Quitter
  readonly logFile: string
}

/** Carries out an item of the application menu, or what only main can do for the window. */
export function runCommand(id: CommandId, { window, quitter }: Pick<Parts, 'window' | 'quitter'>): void {
  if (!isCommandOfMain(id)) {
    window.send({ kind: 'command', id })
    return
  }
  switch (id) {
    case 'app.quit':
      void quitter.request()
      break
    case 'window.close':
      window.hide()
      break
    case 'window.minimise':
      window.minimise()
      break
    case 'window.open':
      window.show()
      break
    default:
      assertNever(id)
  }
}

/** Carries out an item of the tray's menu. */
export function actFromTray(action: TrayAction, parts: Parts): void {
  const { link, window, quitter } = parts
  switch (action.kind) {
    case 'open':
      window.show()
      break
    case 'new-process':
      window.show()
      window.send({ kind: 'command', id: 'process.new' })
      break
    case 'show':
      window.show()
      window.send({ kind: 'show', processId: action.processId, log: hasFailed(action.processId, link) })
      break
    case 'retry':
      link.retry()
      break
    case 'quit':
      void quitter.request()
      break
    case 'start':
    case 'stop':
    case 'restart':
      void control(action.kind, action.processId, parts)
      break
    default:
      assertNever(action)
  }
}

const hasFailed = (id: string, { rows }: DaemonLink): boolean => {
  const row = rows.processes.get(id)
  return row !== undefined && statusOf(row.life) === 'failed'
}

const participle = { start: 'started', stop: 'stopped', restart: 'restarted' } as const

async function control(verb: ProcessVerb, id: string, { link }: Parts): Promise<void> {
  const name = nameOf(id, link)
  const result = await order(verb, id, link)
  if (!result.ok) await showFailure(couldNot([name], participle[verb]), result)
}

function nameOf(id: string, { rows }: DaemonLink): string {
  const row = rows.processes.get(id)
  return row ? displayName(row) : 'The process'
}

function order(verb: ProcessVerb, id: string, link: DaemonLink): Promise<Result<unknown>> {
  const targets = [{ id }]
  switch (verb) {
    case 'start':
      return link.call('process.startKnown', { targets })
    case 'stop':
      return link.call('process.stop', { targets, now: false, wait: false })
    case 'restart':
      return link.call('process.restart', { targets, wait: false })
    default:
      return assertNever(verb)
  }
}

/** Shows the daemon's log in whatever opens text files here. */
export async function openLog(file: string): Promise<void> {
  const wrong = await shell.openPath(file)
  if (wrong !== '') await showFailure('The log could not be opened', { message: wrong, hint: `It is ${file}` })
}

/** Shows the folder of a session. Its path is what the daemon says, never what the window does. */
export async function openFolder(sessionId: string, { rows }: DaemonLink): Promise<void> {
  const session = rows.sessions.get(sessionId)
  if (!session) return
  const wrong = await shell.openPath(session.path)
  if (wrong !== '')
    await showFailure('The folder could not be opened', { message: wrong, hint: `It is ${session.path}` })
}

/** What a click on a notification shows: the log at the failure, or everything that needs a person. */
export function actOnNotice({ processId }: Notice, window: AppWindow): void {
  window.show()
  window.send(processId === null ? { kind: 'show-attention' } : { kind: 'show', processId, log: true })
}
