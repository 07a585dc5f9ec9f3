import type { Result } from '../../../shared/domain/result.ts'
import { redacted } from '../../../shared/text/redact.ts'
import type { Engine, EngineParts } from './engine.ts'
import { recordPathOf } from './engine.ts'
import type { Supervised } from './model.ts'
import { environmentOf } from './process-environment.ts'

/** Spawns the program of the run that the machine has just begun, and reports what its record says so far. */
export async function launch(engine: Engine, parts: EngineParts, supervised: Supervised, run: number): Promise<void> {
  const { now } = parts
  // A stop may have come in the same turn as the start.
  const { life } = supervised.state
  if (supervised.state.run !== run || life.kind !== 'starting') {
    engine.dispatch(supervised, { kind: 'could-not-start', at: now(), run, reason: 'Stopped before it ran' })
    return
  }
  const { session, definition } = supervised
  const secret = definition.secretRef === null ? null : parts.secrets.process(definition.secretRef)
  const argv = secret?.argv ?? definition.argv
  const reason = definition.secretRef !== null && secret === null ? secretsMissing : obstacleIn(argv)
  if (reason !== null) {
    engine.dispatch(supervised, { kind: 'could-not-start', at: now(), run, reason })
    return
  }
  supervised.launching = { run, shimPid: null }
  supervised.definitionChanged = false
  const result = await parts.host.launch({
    mark: { processId: supervised.id, run },
    argv,
    cwd: definition.cwd,
    env: environmentOf(parts, supervised),
    files: {
      record: recordPathOf(supervised, run),
      out: session.paths.out(supervised.name),
      err: session.paths.err(supervised.name),
    },
  })
  report(engine, parts, supervised, run, result)
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
