import { type FileHandle, open } from 'node:fs/promises'
import { failure, type Result, success } from '../../../../shared/domain/result.ts'
import type { Terminals } from '../../host/terminal-port.ts'
import { loadPtyModule, type PtyModule } from './pty-module.ts'
import { showOutput } from './show-output.ts'
import { Terminal } from './terminal.ts'

export type TerminalOptions = {
  /** What a terminal showed could not be written down, for now. */
  readonly onProblem: (processId: string, error: unknown) => void
  /** For tests. */
  readonly load?: () => Promise<Result<PtyModule>>
}

/** Logs may hold secrets that a program prints. */
const fileMode = 0o600

/** See `Terminals`. */
export function createTerminals({ onProblem, load = loadPtyModule }: TerminalOptions): Terminals {
  /** The terminal of the newest run of each process. */
  const current = new Map<string, Terminal>()
  /** Also those of earlier runs, which something that the run left behind still has open. */
  const all = new Set<Terminal>()
  let isClosed = false

  const withTerminal = <T>(processId: string, act: (terminal: Terminal) => Result<T>): Result<T> => {
    const terminal = current.get(processId)
    return terminal?.isAlive ? act(terminal) : failure('conflict', 'The terminal of this process has ended.')
  }

  return {
    async open(processId, outPath) {
      const module = await load()
      if (!module.ok) return module
      const log = await openLog(outPath)
      if (!log.ok) return log
      try {
        if (isClosed) throw new Error('the daemon ends')
        const terminal = new Terminal(module.value, log.value.file, log.value.size, (error) =>
          onProblem(processId, error),
        )
        for (const ended of all) if (ended.isOver) all.delete(ended)
        all.add(terminal)
        current.set(processId, terminal)
        return success(terminal.start)
      } catch (error) {
        await log.value.file.close()
        return failure('failed', `A terminal could not be opened: ${reasonOf(error)}.`, 'Close some terminals.')
      }
    },
    isOurs: (processId) => current.has(processId),
    has: (processId) => current.get(processId)?.isAlive ?? false,
    output: (processId, size, signal) =>
      withTerminal(processId, (terminal) => success(showOutput(terminal, size, signal))),
    write: (processId, data) =>
      withTerminal(processId, (terminal) => (terminal.write(data) ? success(null) : notReading)),
    resize: (processId, size) =>
      withTerminal(processId, (terminal) => {
        terminal.resize(size)
        return success(null)
      }),
    async close() {
      isClosed = true
      await Promise.all([...all].map((terminal) => terminal.close()))
    },
  }
}

const notReading = failure(
  'conflict',
  'The program does not read what is typed.',
  'Wait until it does, or interrupt it with Ctrl-C',
)

async function openLog(path: string): Promise<Result<{ readonly file: FileHandle; readonly size: number }>> {
  try {
    const file = await open(path, 'a+', fileMode)
    return success({ file, size: (await file.stat()).size })
  } catch (error) {
    return failure(
      'failed',
      `Cannot write ${path}: ${reasonOf(error)}.`,
      'Make the file and its folder writable for you.',
    )
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
