import type { Target } from '../../shared/contract/contract.ts'
import type { Cli } from './cli.ts'

/** The process that a person calls `name` in the session of the workspace. */
export const targetOf = (name: string, cli: Cli): Target => ({ workspace: cli.workspace, ref: name })
