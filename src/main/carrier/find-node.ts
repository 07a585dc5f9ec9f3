import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { failure, type Result, success } from '../../shared/domain/result.ts'

/**
 * The Node 24 that daemon and command line run on: PROCESSION_NODE, else the one that a clone installs or that a
 * package brings. `root` is the folder of package.json and out/. The failure is `unreachable`: without it there is no
 * daemon.
 */
export function findNode(root: string, environment: Readonly<NodeJS.ProcessEnv>): Result<string> {
  const chosen = environment.PROCESSION_NODE
  if (chosen) {
    if (isExecutable(chosen)) return success(chosen)
    return failure(
      'unreachable',
      `PROCESSION_NODE is not a program: ${chosen}`,
      'Set it to a Node 24 binary, or unset it',
    )
  }
  const own = [
    path.join(root, 'node_modules', 'node', 'bin', 'node'),
    path.join(root, 'resources', 'node', 'bin', 'node'),
    path.join(root, '..', 'node', 'bin', 'node'),
  ].find(isExecutable)
  if (own) return success(own)
  return failure(
    'unreachable',
    `The Node 24 of Procession is missing from ${root}.`,
    'Install it again (in a clone: npm start), or set PROCESSION_NODE to a Node 24 binary',
  )
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
