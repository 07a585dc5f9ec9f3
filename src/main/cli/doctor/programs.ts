import { execFile } from 'node:child_process'
import { type Check, missing, ok, problem } from './check.ts'

/** A docker or Slurm that does not answer within this time does not work for a person either. */
const patienceMs = 5000

type Outcome =
  | { readonly kind: 'ran'; readonly output: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly why: string }

/** Runs a program that only looks; its first line of output, or of its complaint. */
function ask(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { timeout: patienceMs, env: { ...environment, LC_ALL: 'C' } }
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const output = firstLine(stdout) || firstLine(stderr)
      if (error === null) resolve({ kind: 'ran', output })
      else if (error.code === 'ENOENT') resolve({ kind: 'absent' })
      else resolve({ kind: 'failed', why: firstLine(stderr) || firstLine(stdout) || error.message })
    })
    child.stdin?.end()
  })
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? ''

export async function checkSsh(environment: NodeJS.ProcessEnv): Promise<Check> {
  const outcome = await ask('ssh', ['-V'], environment)
  if (outcome.kind === 'ran') return openSsh(outcome.output)
  if (outcome.kind === 'failed')
    return problem('ssh', outcome.why, 'Install OpenSSH anew, e.g. apt-get install openssh-client.')
  return missing('ssh', 'no ssh in PATH', 'For other machines install OpenSSH, e.g. apt-get install openssh-client.')
}

/** `OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15 3 Sep 2024`, as OpenSSH tells its version (ssh(1), -V). */
function openSsh(output: string): Check {
  const [, version] = /^OpenSSH_(?:for_\w+_)?([\w.]+)/.exec(output) ?? []
  if (version !== undefined) return ok('ssh', `OpenSSH ${version}`)
  const remedy = 'Other machines need its connections that are shared, e.g. apt-get install openssh-client.'
  return problem('ssh', `not OpenSSH: ${output}`, remedy)
}

export async function checkDocker(environment: NodeJS.ProcessEnv): Promise<Check> {
  const outcome = await ask('docker', ['version', '--format', '{{.Server.Version}}'], environment)
  if (outcome.kind === 'ran') return ok('docker', `engine ${outcome.output}`)
  if (outcome.kind === 'absent') {
    return missing('docker', 'no docker in PATH', 'For containers install Docker, e.g. apt-get install docker.io.')
  }
  const remedy = /permission denied/i.test(outcome.why)
    ? 'Add yourself to the group docker, then log in again.'
    : 'Start its engine, e.g. systemctl start docker.'
  return problem('docker', outcome.why, remedy)
}

export async function checkGpu(environment: NodeJS.ProcessEnv): Promise<Check> {
  const outcome = await ask('nvidia-smi', ['--query-gpu=name,driver_version', '--format=csv,noheader'], environment)
  if (outcome.kind === 'ran') return ok('gpu', outcome.output)
  if (outcome.kind === 'failed')
    return problem('gpu', outcome.why, 'Reinstall the NVIDIA driver, or load its kernel module.')
  return missing('gpu', 'no nvidia-smi in PATH', 'For NVIDIA GPUs install their driver.')
}

export async function checkSlurm(environment: NodeJS.ProcessEnv): Promise<Check> {
  const outcome = await ask('sinfo', ['--version'], environment)
  if (outcome.kind === 'ran') return ok('slurm', outcome.output)
  if (outcome.kind === 'failed') return problem('slurm', outcome.why, 'Check slurm.conf and that slurmctld answers.')
  return missing('slurm', 'no sinfo in PATH', 'Only needed on a login node; clusters can be reached over ssh.')
}
