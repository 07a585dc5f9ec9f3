import type { Result } from '../../../shared/domain/result.ts'
import { hostLostReason } from '../../../shared/text/host.ts'
import { redacted } from '../../../shared/text/redact.ts'
import { HostUnreachable, type RunPlace } from '../host/port.ts'
import type { Engine, EngineParts } from './engine.ts'
import { hostOf, recordPathOf } from './engine.ts'
import type { Supervised } from './model.ts'
import { environmentOf } from './process-environment.ts'
import { inTerminal, openTerminal } from './terminal-run.ts'

/** Spawns the program of the run that the machine has just begun, and reports what its record says so far. */
export async function launch(engine: Engine, parts: EngineParts, supervised: Supervised, run: number): Promise<void> {
  const { now } = parts
  // A stop may have come in the same turn as the start.
  const { life } = supervised.state
  if (supervised.state.run !== run || life.kind !== 'starting') {
    engine.dispatch(supervised, { kind: 'could-not-start', at: now(), run, reason: 'Stopped before it ran' })
    return
  }
  const { definition } = supervised
  const secret = definition.secretRef === null ? null : parts.secrets.process(definition.secretRef)
  const argv = secret?.argv ?? definition.argv
  const reason = definition.secretRef !== null && secret === null ? secretsMissing : obstacleIn(argv)
  if (reason !== null) {
    engine.dispatch(supervised, { kind: 'could-not-start', at: now(), run, reason })
    return
  }
  supervised.launching = { run, shimPid: null }
  supervised.definitionChanged = false
  try {
    report(engine, parts, supervised, run, await spawn(parts, supervised, run, argv))
  } catch (error) {
    if (!(error instanceof HostUnreachable)) throw error
    // Whether it began is found out when the machine can be asked again: by its record, or by its mark.
    supervised.launching = null
    const lost = hostLostReason(definition.host, parts.hosts.state(definition.host))
    engine.dispatch(supervised, { kind: 'lost', at: now(), reason: lost })
  }
}

async function spawn(
  parts: EngineParts,
  supervised: Supervised,
  run: number,
  argv: readonly string[],
): Promise<Launched> {
  const env = environmentOf(parts, supervised)
  const spec = { place: placeOf(supervised, run), argv, cwd: supervised.definition.cwd }
  const host = hostOf(parts, supervised)
  await parts.beforeLaunch(supervised)
  supervised.logNotice = null
  const terminal = await openTerminal(parts, supervised)
  if (!terminal.ok) return terminal
  if (terminal.value === null) return host.launch({ ...spec, env })
  try {
    return await host.launch({ ...spec, env: inTerminal(env), terminal: terminal.value.descriptor })
  } finally {
    terminal.value.release()
  }
}

/** Where the files of a run are. */
export function placeOf(supervised: Supervised, run = supervised.state.run): RunPlace {
  const { session, id: processId, name } = supervised
  const files = { record: recordPathOf(supervised, run), out: session.paths.out(name), err: session.paths.err(name) }
  return { sessionId: session.id, processId, name, run, files }
}

const secretsMissing = 'Its secrets are missing on this machine. Start it again with its whole URI to store them'

/** Why this command line is none that can be started; null when it is one. */
function obstacleIn(argv: readonly string[]): string | null {
  if (argv.some((element) => element.includes(redacted))) return secretsMissing
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(argv[0] ?? '')?.[1]
  // So an import records a URI that nothing here can run.
  return scheme === undefined
    ? null
    : `Nothing here runs ${scheme}:// URIs. Add a command line for ${scheme} under handlers: in config.yaml, then start ` +
        'it once with its URI'
}

type Launched = Result<{ readonly shimPid: number }>

function report(engine: Engine, parts: EngineParts, supervised: Supervised, run: number, result: Launched) {
  if (result.ok) {
    if (supervised.launching?.run === run) supervised.launching = { run, shimPid: result.value.shimPid }
    engine.readRecord(supervised)
    return
  }
  const reason = `${result.message} ${result.hint}`.trim()
  engine.dispatch(supervised, { kind: 'could-not-start', at: parts.now(), run, reason })
}
