import { setTimeout as pause } from 'node:timers/promises'
import type { Target } from '../../../shared/contract/contract.ts'
import type { Failure } from '../../../shared/domain/result.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import type { CallerTerminal } from './caller-terminal.ts'
import { type DetachKey, typedBefore } from './detach-key.ts'
import { ScreenModes } from './screen-modes.ts'
import { TypedInput } from './typed-input.ts'

export type Attachment = {
  readonly client: DaemonClient
  readonly target: Target
  readonly terminal: CallerTerminal
  readonly detachKey: DetachKey
}

export type Left =
  /** By the key, or because nothing more can be typed. */
  | { readonly kind: 'detached' }
  /** The program has closed its terminal. */
  | { readonly kind: 'ended' }
  /** By a signal. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'lost'; readonly why: Failure }

/** A person who leaves does not wait longer for what was typed last. */
const patienceMs = 1000

/** Connects a terminal with that of a process until one of them ends, then gives it back as the shell had it. */
export async function attachTerminal(attachment: Attachment, cli: Cli): Promise<Left> {
  const { client, target, terminal, detachKey } = attachment
  const modes = new ScreenModes()
  const detached = new AbortController()
  const interrupted = cli.interrupted()
  const detach = () => detached.abort()
  const typed = new TypedInput({
    // A program that has just ended takes nothing more, and its stream says so.
    send: async (data) => void (await client.call('terminal.input', { target, data })),
    pause: () => open.pause(),
    resume: () => open.resume(),
  })
  const onInput = (text: string) => {
    if (detached.signal.aborted) return
    const before = typedBefore(text, detachKey)
    if ((before ?? text) !== '') typed.add(before ?? text)
    // What was typed before the key still reaches the program, but a daemon that hangs holds nobody.
    if (before !== null) void Promise.race([typed.sent(), pause(patienceMs, undefined, { ref: false })]).then(detach)
  }
  const size = terminal.size()
  const onResize = (changed: typeof size) => void client.call('terminal.resize', { target, ...changed })
  using open = terminal.open({ onInput, onResize, onEnd: detach })
  const ended = await client.bytes(
    'terminal.output',
    { target, ...size },
    {
      signal: AbortSignal.any([detached.signal, interrupted]),
      onPart: async (part) => {
        modes.watch(part)
        await cli.out.bytes(part)
      },
      advance: (input) => input,
    },
  )
  await cli.out.bytes(Buffer.from(modes.restoring()))
  if (interrupted.aborted) return { kind: 'interrupted' }
  if (detached.signal.aborted) return { kind: 'detached' }
  return ended.ok ? { kind: 'ended' } : { kind: 'lost', why: ended }
}
