import { spawnSync } from 'node:child_process'
import process from 'node:process'

/**
 * @param {string} binary
 * @returns {string[]} the shared libraries that the binary needs and the dynamic linker does not find; none where
 *   there is no `ldd` to ask
 */
export function missingLibraries(binary) {
  const { stdout } = spawnSync('ldd', [binary], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
  return parseMissing(stdout ?? '')
}

/**
 * @param {string} listing what ldd(1) prints
 * @returns {string[]}
 */
export function parseMissing(listing) {
  return [...listing.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '')
}
