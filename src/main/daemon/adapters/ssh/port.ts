import type { HostState } from '../../../../shared/domain/host.ts'
import type { Result } from '../../../../shared/domain/result.ts'

export type AskOptions = {
  /** After this long the answer is given up and the channel, which may hang, is replaced. */
  readonly timeoutMs: number
  /** `slow` goes over a channel of its own, so that it holds nobody up. */
  readonly lane?: 'quick' | 'slow'
  /** More output than this is an error of the asker. */
  readonly maxBytes?: number
  /**
   * Runs it in the long-lived shell itself, which saves a fork. Only for fixed text of a few builtins that neither exits
   * nor changes folder, redirections or options, whose variables begin with `procession_`, and which says nothing on
   * stderr that anybody needs: an error of syntax, or of a special builtin, would end the shell.
   */
  readonly inShell?: boolean
}

/** What a piece of script came to: its exit status, and what it wrote to stdout, byte for byte. */
export type Answer = { readonly status: number; readonly output: Buffer }

/** A command of its own over the same connection; it ends when the connection does. */
export type RemoteStream = {
  /** Bytes of its stdout, as they come. Reading slowly slows the command down. */
  readonly chunks: AsyncIterable<Buffer>
  /** Ends the command. */
  close(): void
}

/** One machine behind the system's ssh: connected when first needed, kept, and connected again when it was lost. */
export interface SshConnection {
  readonly name: string
  readonly state: HostState
  /** Milliseconds of the last round trip; null before the first. */
  readonly latencyMs: number | null
  readonly lastError: { readonly at: number; readonly message: string; readonly hint: string } | null
  /** Called after every change of `state`; the returned function ends that. */
  onState(listener: (state: HostState) => void): () => void
  /**
   * Resolves when it is connected: at once where it is, after a try where it is not. A host that refused is tried again
   * only with `insist`; one that is not reachable, for whoever needs it, at most every few seconds. From the first call on
   * it is tried by itself until `close`. Failures say what is wrong and what to do: `unreachable`, `not_permitted` (log-in
   * or key refused), `unsupported` (nothing that we could work with) and `bad_input` (no name of a host).
   */
  ensure(options?: { readonly insist?: boolean }): Promise<Result<null>>
  /**
   * Runs a piece of POSIX sh in the long-lived shell there, stdin from /dev/null, each in a subshell of its own, in the
   * order asked. Its limit counts from when it is sent, not while it waits for those before it. Fails with `unreachable`
   * where there is no connection (and does not make one) or it is lost, `timeout`, `failed` (too long) and `bad_input` (a
   * NUL). After `unreachable` and `timeout` it may have been done or not; what still runs of it in its process group is
   * killed. What it starts must leave that group (setsid) and must not keep its stdout.
   */
  ask(script: string, options: AskOptions): Promise<Result<Answer>>
  /**
   * Starts a command in a shell of its own, stdin from /dev/null. It and its process group are killed when it is closed or
   * the connection is lost. Fails like `ask`, and with `conflict` where the host or `max_parallel` allows no more sessions.
   */
  stream(script: string): Promise<Result<RemoteStream>>
  /** Closes the connection and tries no more. Programs there go on. */
  close(): Promise<void>
}
