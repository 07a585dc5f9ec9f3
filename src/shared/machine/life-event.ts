import type { Actor, AfterStop, Life, Program } from '../domain/life.ts'
import type { AfterEnd } from '../domain/restart.ts'
import type { RunEnd } from '../domain/run-end.ts'

/**
 * What happened, as the adapters and the faces report it. `at` is milliseconds since 1970 UTC. `open` tells whether
 * everything that the process depends on allows a launch now.
 */
export type LifeEvent =
  | { readonly kind: 'start'; readonly at: number; readonly by: Actor; readonly open: boolean }
  /** What a blocked process waited for has come. */
  | { readonly kind: 'gate-opened'; readonly at: number }
  | {
      readonly kind: 'program-seen'
      readonly at: number
      readonly run: number
      readonly program: Program
      /** When it must be ready; null where running is all that is asked. */
      readonly readyBy: number | null
    }
  | { readonly kind: 'ready'; readonly at: number; readonly run: number }
  | {
      readonly kind: 'not-ready'
      readonly at: number
      readonly run: number
      readonly reason: string
      readonly graceMs: number
    }
  | { readonly kind: 'could-not-start'; readonly at: number; readonly run: number; readonly reason: string }
  | {
      readonly kind: 'ended'
      readonly run: number
      readonly end: RunEnd
      /** What the restart policy says about this end. */
      readonly next: AfterEnd
      readonly open: boolean
    }
  | { readonly kind: 'restart-due'; readonly at: number; readonly run: number; readonly open: boolean }
  | { readonly kind: 'paused'; readonly at: number; readonly run: number }
  | { readonly kind: 'continued'; readonly at: number; readonly run: number }
  | {
      readonly kind: 'stop'
      readonly at: number
      readonly by: Actor
      readonly graceMs: number
      readonly next: AfterStop
    }
  /** The countdown ran out, or a person does not want to wait for it. */
  | { readonly kind: 'kill'; readonly at: number; readonly run: number }
  /** Nobody of the tree is left. `failed` is set where the stop was one of a run that failed (`AfterStop` `fail`). */
  | {
      readonly kind: 'tree-gone'
      readonly at: number
      readonly run: number
      readonly open: boolean
      readonly failed: { readonly end: RunEnd; readonly next: AfterEnd } | null
    }
  /** Its host cannot be asked any more: whether it runs is not known. */
  | { readonly kind: 'lost'; readonly at: number; readonly reason: string }
  /** SIGKILL was sent to everybody and these are still there (uninterruptible, or not ours to signal). */
  | { readonly kind: 'tree-survived'; readonly at: number; readonly run: number; readonly pids: readonly number[] }
  /** A program that we did not launch in this run was found to be this process. */
  | { readonly kind: 'adopted'; readonly at: number; readonly program: Program }
  | {
      readonly kind: 'several-candidates'
      readonly at: number
      readonly candidates: Extract<Life, { kind: 'ambiguous' }>['candidates']
    }

/** What the supervisor must do next, in this order. */
export type LifeEffect =
  | { readonly kind: 'launch'; readonly run: number }
  | { readonly kind: 'watch-ready' }
  | { readonly kind: 'arm-restart'; readonly at: number }
  | { readonly kind: 'signal-tree' }
  | { readonly kind: 'kill-tree' }
  | { readonly kind: 'arm-kill'; readonly at: number }
  | { readonly kind: 'disarm-kill' }
  /** Find out whether anybody of the tree is left. */
  | { readonly kind: 'look-for-tree' }
