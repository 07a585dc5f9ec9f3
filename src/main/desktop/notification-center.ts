import type { Notice } from '../../shared/commands/commands.ts'
import { isLocalHostName } from '../../shared/domain/host.ts'
import { assertNever } from '../../shared/domain/result.ts'
import type { ProcessRow } from '../../shared/domain/rows.ts'
import { burstTitle, failureBody, failureTitle, isFailing, nameList } from '../../shared/text/notices.ts'
import { decideNotification } from './notification-rules.ts'
import { nameAmong, type SupervisedRows } from './supervised-rows.ts'

/** Failures of one cause come within moments; they are told together. */
const gatherMs = 500
/** This many failures within so long become one notification. */
const burst = { count: 3, withinMs: 10_000 } as const
/** A process that goes on failing is told about again after this long at the earliest. */
const repeatMs = 5 * 60_000
/** A run that has lasted this long is no early death any more. */
const lastingMs = 10_000

/** What shows notifications: Electron, or a test. */
export type NotificationPort = {
  /** `click` when it is clicked, `gone` when the person or the desktop took it away. */
  show(notice: Notice, on: { readonly click: () => void; readonly gone: () => void }): { close(): void }
}

export type NotificationCenterOptions = {
  readonly port: NotificationPort
  /** The person looks at the window: then a note in it is enough. */
  readonly isLookedAt: () => boolean
  readonly toast: (notice: Notice) => void
  readonly onClick: (notice: Notice) => void
  /** Milliseconds of any steady clock. */
  readonly now: () => number
}

type Shown = { readonly ids: Set<string>; readonly at: number; readonly close: () => void }
type Timer = ReturnType<typeof setTimeout>

/** Tells about failures, and takes back what is no longer true. */
export class NotificationCenter {
  private readonly options: NotificationCenterOptions
  private rows: SupervisedRows | null = null
  private gathering: Timer | null = null
  /** Ids of processes that are to be told about. */
  private readonly waiting = new Set<string>()
  private readonly shown = new Set<Shown>()
  private readonly toldAt = new Map<string, number>()
  private readonly lasting = new Map<string, Timer>()

  constructor(options: NotificationCenterOptions) {
    this.options = options
  }

  /** Takes the newest rows. The first ones, and those after a gap, are only taken note of: they are no news. */
  update(next: SupervisedRows): void {
    const before = this.rows
    this.rows = next
    if (before === null || before === next) return
    for (const id of new Set([...before.processes.keys(), ...next.processes.keys()])) {
      const was = before.processes.get(id)
      const is = next.processes.get(id)
      if (was === is) continue
      if (before.snapshot === next.snapshot) this.judge(id, was, is)
      else if (is === undefined || !isFailing(is.life)) this.withdraw(id)
    }
  }

  private judge(id: string, was: ProcessRow | undefined, is: ProcessRow | undefined): void {
    const decision = decideNotification(was, is)
    if (decision.kind !== 'nothing' || is?.life.kind !== 'up') this.stopLasting(id)
    switch (decision.kind) {
      case 'nothing':
        break
      case 'show':
        this.withdraw(id)
        this.wait(id)
        break
      case 'show-once':
        if (this.mayRepeat(id)) this.wait(id)
        break
      case 'withdraw':
        if (is === undefined) this.toldAt.delete(id)
        this.withdraw(id)
        break
      case 'withdraw-when-lasting':
        this.withdrawWhenLasting(id)
        break
      default:
        assertNever(decision)
    }
  }

  private mayRepeat(id: string): boolean {
    const told = this.toldAt.get(id)
    const isShown = [...this.shown].some(({ ids }) => ids.has(id))
    return !isShown && (told === undefined || this.options.now() - told >= repeatMs)
  }

  private wait(id: string): void {
    this.waiting.add(id)
    this.gathering ??= setTimeout(() => this.tell(), gatherMs)
  }

  private withdraw(id: string): void {
    this.waiting.delete(id)
    for (const each of [...this.shown]) {
      if (each.ids.delete(id) && each.ids.size === 0) this.take(each)
    }
  }

  private withdrawWhenLasting(id: string): void {
    const timer = setTimeout(() => {
      this.lasting.delete(id)
      this.withdraw(id)
    }, lastingMs)
    this.lasting.set(id, timer)
  }

  private stopLasting(id: string): void {
    clearTimeout(this.lasting.get(id))
    this.lasting.delete(id)
  }

  private take(one: Shown): void {
    this.shown.delete(one)
    one.close()
  }

  /** Tells about everything that was gathered: in the window, one by one, or as one burst. */
  private tell(): void {
    this.gathering = null
    const { rows } = this
    const fresh = [...this.waiting].flatMap((id) => rows?.processes.get(id) ?? [])
    this.waiting.clear()
    if (rows === null || fresh.length === 0) return
    const { now, isLookedAt, toast } = this.options
    for (const { id } of fresh) this.toldAt.set(id, now())
    if (isLookedAt()) {
      const notices = fresh.length < burst.count ? noticesOf(fresh, rows) : [burstNotice(fresh, rows)]
      for (const notice of notices) toast(notice)
      return
    }
    const recent = [...this.shown].filter(({ at }) => now() - at < burst.withinMs)
    const ids = new Set([...recent.flatMap((one) => [...one.ids]), ...fresh.map(({ id }) => id)])
    if (ids.size < burst.count) {
      for (const row of fresh) for (const notice of noticesOf([row], rows)) this.show(notice, [row.id])
      return
    }
    for (const each of recent) this.take(each)
    const all = [...ids].flatMap((id) => rows.processes.get(id) ?? [])
    this.show(burstNotice(all, rows), [...ids])
  }

  private show(notice: Notice, ids: readonly string[]): void {
    const { port, onClick, now } = this.options
    const handle = port.show(notice, {
      click: () => {
        this.shown.delete(one)
        onClick(notice)
      },
      gone: () => void this.shown.delete(one),
    })
    const one: Shown = { ids: new Set(ids), at: now(), close: () => handle.close() }
    this.shown.add(one)
  }
}

const noticesOf = (processes: readonly ProcessRow[], rows: SupervisedRows): Notice[] =>
  processes.flatMap((row) => {
    const { life } = row
    // It went on while failures were gathered.
    if (!isFailing(life)) return []
    const session = rows.sessions.get(row.sessionId)?.name
    return {
      title: failureTitle(nameAmong(rows, row), life, row),
      body: failureBody(session, life, row),
      processId: row.id,
    }
  })

/** The machine that all of them ran on, where it is another one than this. */
function onlyHostOf([first, ...others]: readonly ProcessRow[]): string | null {
  if (first === undefined || isLocalHostName(first.host)) return null
  return others.every(({ host }) => host === first.host) ? first.host : null
}

const burstNotice = (processes: readonly ProcessRow[], rows: SupervisedRows): Notice => ({
  title: burstTitle(processes.length, onlyHostOf(processes)),
  body: nameList(processes.map((row) => nameAmong(rows, row))),
  processId: null,
})
