import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Result, success } from '../../../shared/domain/result.ts'
import type { Cli, DaemonClient } from '../cli.ts'
import { type Answer, candidatesFor, type Sources } from '../completion/candidates.ts'
import { ownPrograms } from '../completion/own-programs.ts'
import { type Reading, readWords } from '../completion/read-words.ts'
import { unquoted } from '../completion/typed-words.ts'
import { printable } from '../printable.ts'
import { exitOk, type Invocation, type Verb } from '../verb.ts'

/** A daemon answers within milliseconds; one that does not must not hold the Tab key. */
const patienceMs = 500

/**
 * What the scripts of `completion` ask at each Tab: `complete -- WORDS`, the last of them the one at the cursor. Prints
 * what the shell is to do, then one line for each candidate: the word, a tab, what it means. Never fails, says nothing on
 * standard error and starts nothing. `verbs` are those that people call.
 */
export const createComplete = (verbs: readonly Verb[]): Verb => ({
  path: ['complete'],
  summary: 'answer the completion script of a shell',
  operands: '[WORD...]',
  takesCommand: true,
  options: [{ flags: '--quoted', description: 'the words are as they were typed, with quotes and backslashes' }],
  examples: ['procession complete -- session sh'],
  hidden: true,
  run: async (invocation, cli) => complete(verbs, invocation, cli),
})

async function complete(verbs: readonly Verb[], invocation: Invocation, cli: Cli): Promise<Result<number>> {
  const typed = invocation.command ?? invocation.operands
  const reading = readWords(invocation.options.flag('quoted') ? typed.map(unquoted) : typed, verbs)
  const { shell, candidates } = await inTime(candidatesFor(reading, verbs, sourcesOf(reading, cli)))
  const lines = candidates.map(({ text, description }) => `${printable(text)}\t${printable(description)}`)
  await cli.out.bytes(Buffer.from([shell, ...lines, ''].join('\n')))
  return success(exitOk)
}

/** The answer, or none where it takes too long. */
async function inTime(answer: Promise<Answer>): Promise<Answer> {
  const over = new AbortController()
  const none: Answer = { shell: 'nothing', candidates: [] }
  const late = delay(patienceMs, none, { signal: over.signal }).catch(() => none)
  try {
    return await Promise.race([answer, late])
  } finally {
    over.abort()
  }
}

/** The session and the home are those that the words name, as they would be when the line is run. */
function sourcesOf({ given }: Reading, cli: Cli): Sources {
  const home = given.get('--home')?.at(-1)
  const workspace = path.resolve(cli.workspace, expandHome(given.get('-C')?.at(-1) ?? '', cli))
  let client: Promise<DaemonClient | null> | undefined
  const daemon = () => {
    client ??= cli.daemon.glance(home === undefined ? undefined : expandHome(home, cli), patienceMs)
    return client
  }
  return {
    programs: ownPrograms,
    processes: async () => {
      const answer = await (await daemon())?.call('rows.list', { workspace })
      return answer?.ok ? answer.value.processes : []
    },
    hosts: async () => {
      const answer = await (await daemon())?.call('hosts.list', {})
      return answer?.ok ? answer.value : []
    },
    labels: async (process) => {
      const answer = await (await daemon())?.call('states.list', { workspace, ref: process })
      return answer?.ok ? answer.value.map(({ label }) => label) : []
    },
  }
}

/** The shell has not expanded what is still being written. */
const expandHome = (folder: string, { environment }: Cli): string =>
  folder === '~' || folder.startsWith('~/') ? `${environment.HOME ?? '~'}${folder.slice(1)}` : folder
