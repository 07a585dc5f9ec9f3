import { accessSync, constants, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { cloneRoot } from './place.mjs'
import { SetUpError } from './progress.mjs'

/**
 * The Node 24 that everything of ours runs on: `PROCESSION_NODE`, else the devDependency `node`.
 *
 * @param {string} [root]
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string} path of the binary
 * @throws {SetUpError} where it cannot be executed
 */
export function ourNode(root = cloneRoot, environment = process.env) {
  const chosen = environment.PROCESSION_NODE
  if (chosen) {
    if (isExecutable(chosen)) return chosen
    throw new SetUpError(`PROCESSION_NODE is not a program: ${chosen}`, 'Set it to a Node 24 binary, or unset it.')
  }
  const own = ownNodePath(root)
  if (isExecutable(own)) return own
  throw new SetUpError(
    `The Node 24 of this clone is missing: ${own}`,
    'Run `npm ci --include=dev --ignore-scripts=false` in the clone, or set PROCESSION_NODE to a Node 24 binary.',
  )
}

/**
 * @param {string} root
 * @returns {string} where the devDependency `node` puts its binary
 */
export function ownNodePath(root) {
  return path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/**
 * The script of a tool that a dependency brings, to be run by our Node.
 *
 * @param {string} packageName such as `typescript`
 * @param {string} binary such as `tsc`
 * @param {string} [root]
 * @returns {string} absolute path
 */
export function toolScript(packageName, binary, root = cloneRoot) {
  const folder = path.join(root, 'node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  return path.join(folder, typeof bin === 'string' ? bin : bin[binary])
}

/**
 * @param {string} file
 * @returns {boolean}
 */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
