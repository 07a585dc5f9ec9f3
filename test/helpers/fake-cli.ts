import { PassThrough } from 'node:stream'
import type { Cli, DaemonClient, DaemonLink } from '../../src/main/cli/cli.ts'
import { createPrinter } from '../../src/main/cli/printer.ts'
import { readCommandLine } from '../../src/main/cli/program.ts'
import { reportFailure } from '../../src/main/cli/report-failure.ts'
import { verbs } from '../../src/main/cli/verbs/index.ts'
import type { BytesReader, FeedReader } from '../../src/shared/client/client.ts'
import type { InputOf, MethodOf, OutputOf } from '../../src/shared/contract/contract.ts'
import { type Failure, failure, type Result, success } from '../../src/shared/domain/result.ts'
import { rowStart } from './rows.ts'

/** What a fake daemon answers, by method; what is not there fails. Given the input of the call. */
export type Answers = { readonly [M in MethodOf<'call'>]?: (input: never) => Result<unknown> }

/** The parts of its feeds, by method. A feed ends after them, and fails with a part that is a failure. */
export type Feeds = { readonly [M in MethodOf<'feed'>]?: readonly (OutputOf<M> | Failure)[] }

/** The parts of its streams of bytes, by method, for the input that a stream is opened with. */
export type ByteStreams = {
  readonly [M in MethodOf<'bytes'>]?: (
    input: InputOf<M>,
    reader: BytesReader<InputOf<M>>,
  ) => AsyncIterable<Uint8Array> | Iterable<Uint8Array | Failure>
}

export type FakeRun = {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Every call, in order. */
  readonly calls: readonly { readonly method: string; readonly input: unknown }[]
}

type FakeOptions = {
  readonly answers?: Answers
  readonly feeds?: Feeds
  readonly streams?: ByteStreams
  /** `none`: no daemon runs and `find` says so. */
  readonly daemon?: 'running' | 'none' | Result<never>
  readonly isTerminal?: boolean
  readonly environment?: NodeJS.ProcessEnv
  /** Answers questions as on a terminal; without it there is none to ask on. */
  readonly confirm?: (question: string) => boolean
  readonly askSecret?: (name: string) => string | null
  /** Ctrl-C was pressed. */
  readonly interrupted?: boolean
  /** The terminal of the caller; without it there is none. */
  readonly terminal?: Cli['terminal']
}

/** Runs one command line against a daemon that is made of answers. The workspace is /w, the time `rowStart` + 61 s. */
export async function runFake(argv: readonly string[], options: FakeOptions = {}): Promise<FakeRun> {
  const { environment = {}, isTerminal = false, confirm, askSecret, interrupted = false } = options
  const stdout = Object.assign(new PassThrough(), { isTTY: isTerminal })
  const stderr = Object.assign(new PassThrough(), { isTTY: isTerminal })
  const calls: { method: string; input: unknown }[] = []
  const request = readCommandLine(argv, verbs, '0.0.0')
  if (request.kind !== 'run') throw new Error(`No verb in ${argv.join(' ')}`)
  const cli: Cli = {
    json: request.globals.json,
    workspace: '/w',
    out: createPrinter(stdout, environment),
    err: createPrinter(stderr, environment),
    environment,
    places: fakePlaces,
    programRoot: '/nowhere',
    daemon: fakeDaemon(options, calls),
    askSecret: askSecret ? async (name) => askSecret(name) : null,
    terminal: options.terminal ?? null,
    confirm: confirm ? async (question) => confirm(question) : null,
    interrupted: () => (interrupted ? AbortSignal.abort() : new AbortController().signal),
    now: () => rowStart + 61_000,
  }
  const result = await request.verb.run(request.invocation, cli)
  const code = result.ok ? result.value : reportFailure(result, cli.err, cli.json)
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? ''), calls }
}

const fakePlaces: Cli['places'] = {
  chosenHome: '/h',
  home: '/h',
  config: '/h/config.yaml',
  database: '/h/procession.db',
  secrets: '/h/secrets.json',
  log: '/h/daemon.log',
  workspaces: '/h/workspaces',
  socket: '/h/daemon.sock',
  socketFolder: '/h',
}

function fakeDaemon(
  { answers = {}, feeds = {}, streams = {}, daemon = 'running' }: FakeOptions,
  calls: { method: string; input: unknown }[],
): DaemonLink {
  const client: DaemonClient = {
    call: (async (method: MethodOf<'call'>, input: unknown) => {
      calls.push({ method, input })
      return answers[method]?.(input as never) ?? failure('internal', `Not faked: ${method}`)
    }) as DaemonClient['call'],
    watch: (async (method: MethodOf<'feed'>, input: unknown, { signal, onPart }: FeedReader<unknown>) => {
      calls.push({ method, input })
      for (const part of feeds[method] ?? [failure('internal', `Not faked: ${method}`)]) {
        if (signal.aborted) return failure('cancelled', 'Aborted')
        if ('ok' in part) return part
        await onPart(part)
      }
      return success(undefined)
    }) as DaemonClient['watch'],
    bytes: (async (method: MethodOf<'bytes'>, input: unknown, reader: BytesReader<unknown>) => {
      calls.push({ method, input })
      const open = streams[method] as
        | ((...opened: readonly unknown[]) => AsyncIterable<Uint8Array | Failure>)
        | undefined
      for await (const part of open?.(input, reader) ?? [failure('internal', `Not faked: ${method}`)]) {
        if (reader.signal.aborted) return failure('cancelled', 'Aborted')
        if ('ok' in part) return part
        await reader.onPart(part)
      }
      return reader.signal.aborted ? failure('cancelled', 'Aborted') : success(undefined)
    }) as DaemonClient['bytes'],
  }
  const found = daemon === 'running' ? success(client) : daemon === 'none' ? success(null) : daemon
  return {
    connect: async () => success(client),
    find: async () => found,
    glance: async () => (found.ok ? found.value : null),
    ensure: async () => success({ pid: 4711, started: daemon === 'none' }),
    terminate: async () => success({ pid: 4711 }),
  }
}
