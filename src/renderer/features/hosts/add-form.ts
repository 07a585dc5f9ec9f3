import type { InputOf } from '../../../shared/contract/contract.ts'
import { hostNamePattern, isLocalHostName } from '../../../shared/domain/host.ts'
import type { Failure } from '../../../shared/domain/result.ts'

/** What the user typed. */
export type AddHostForm = { readonly name: string; readonly sshConfig: string; readonly maxParallel: string }
export type AddHostErrors = Partial<Record<keyof AddHostForm, string>>

export const emptyForm: AddHostForm = { name: '', sshConfig: '', maxParallel: '' }

// As config.yaml takes it.
const mostParallel = 1000

function nameProblem(name: string, configured: ReadonlySet<string>): string | undefined {
  if (name === '') return 'Type a name as you would after ssh.'
  if (isLocalHostName(name)) return `${name} is this machine, which is there already.`
  if (!hostNamePattern.test(name)) return 'Use letters, digits and _ . @ : % -, not beginning with a dash.'
  return configured.has(name) ? `${name} is there already.` : undefined
}

function parallelProblem(text: string): string | undefined {
  if (text === '') return undefined
  const count = Number(text)
  return Number.isInteger(count) && count >= 1 && count <= mostParallel
    ? undefined
    : `Give a number from 1 to ${mostParallel}.`
}

/** What is wrong with each field; empty when the host can be added. `configured`: names in config.yaml. */
export function problemsOf(form: AddHostForm, configured: ReadonlySet<string>): AddHostErrors {
  const { name, sshConfig, maxParallel } = form
  const found = {
    name: nameProblem(name, configured),
    sshConfig: sshConfig === '' || sshConfig.startsWith('/') ? undefined : 'Give the whole path, from / on.',
    maxParallel: parallelProblem(maxParallel),
  }
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== undefined))
}

/** What the daemon is asked; only for a form without problems. */
export const addInput = ({ name, sshConfig, maxParallel }: AddHostForm): InputOf<'hosts.add'> => ({
  name,
  sshConfig: sshConfig === '' ? null : sshConfig,
  maxParallel: maxParallel === '' ? null : Number(maxParallel),
})

/** What was refused, under the field that it is about. */
export const refusalOf = ({ message, hint }: Failure): AddHostErrors => ({ name: `${message} ${hint}`.trim() })
