import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { SetUpError, withProgress } from './progress.mjs'
import { runProgram } from './run-program.mjs'
import { findCommand, forgetProbes, missingPackages } from './system-packages.mjs'

/** @typedef {import('./system-packages.mjs').SystemPackage} SystemPackage */

/** Another apt is waited for; Debian's servers are asked again when a connection breaks. */
const APT_OPTIONS = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3', '-o', 'Dpkg::Use-Pty=0']

/**
 * @param {readonly string[]} commandLine
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {boolean} whether system packages may be installed: as root in CI or where it was asked for
 */
export function mayInstallPackages(commandLine, environment = process.env) {
  const asked = environment.PROCESSION_REQUIRE_REAL === '1' || commandLine.includes('--install')
  return asked && process.getuid?.() === 0
}

/**
 * @param {readonly SystemPackage[]} packages
 * @param {(name: string) => boolean} [isAvailable]
 * @returns {string} the one command that installs them
 */
export function installCommand(packages, isAvailable = hasCandidate) {
  const names = packages.map((each) => packageName(each, isAvailable))
  return `apt-get install -y --no-install-recommends ${names.join(' ')}`
}

/**
 * Installs the packages that these parts still need. Needs root.
 *
 * @param {readonly import('./system-packages.mjs').PartName[]} parts
 * @throws {SetUpError} where apt fails
 */
export async function installPackages(parts) {
  const missing = missingPackages(parts)
  if (missing.length === 0) return
  if (findCommand('apt-get') === null) {
    throw new SetUpError('System packages are missing, and this is no Debian or Ubuntu', foreignRemedy(missing))
  }
  await apt('Updating the package lists', ['update'])
  // What a package is called is known only now.
  const names = missing.map((each) => packageName(each, hasCandidate))
  await apt(`Installing ${names.join(' ')}`, ['install', '-y', '--no-install-recommends', ...names])
  forgetProbes()
}

/**
 * @param {string} what
 * @param {readonly string[]} aptArguments
 */
async function apt(what, aptArguments) {
  await withProgress(what, async () => {
    const { code, output } = await runProgram('apt-get', [...APT_OPTIONS, ...aptArguments], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      output: 'capture',
    })
    if (code === 0) return
    throw new SetUpError(
      `apt-get failed with exit code ${code}:\n${output.trim().split('\n').slice(-20).join('\n')}`,
      'Install the packages yourself, or run without them: what needs them is skipped.',
    )
  })
}

/**
 * @param {readonly SystemPackage[]} packages
 * @returns {string}
 */
function foreignRemedy(packages) {
  return `Install what your system calls these packages of Debian: ${packages.map(({ names }) => names[0]).join(' ')}`
}

/**
 * @param {SystemPackage} systemPackage
 * @param {(name: string) => boolean} isAvailable
 * @returns {string} the first of its names that this release has
 */
function packageName({ names }, isAvailable) {
  const available = names.length === 1 ? names[0] : names.find((name) => isAvailable(name))
  return available ?? names[0] ?? ''
}

/**
 * @param {string} name
 * @returns {boolean} whether apt could install a package of this very name (a virtual one has no candidate)
 */
function hasCandidate(name) {
  const { stdout } = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' })
  return /Candidate: (?!\(none\))/.test(stdout ?? '')
}
