import { type RestartPolicy, restartPolicies } from '../../../shared/domain/restart.ts'
import { parseFlag } from './yaml-fields.ts'

/** `0` and `1`, as numbers, truth values or texts; null for other words. Any other number is true, as in gutools. */
export function parseNumberFlag(text: string): boolean | null {
  const flag = parseFlag(text)
  if (flag !== null || text.trim() === '' || !Number.isFinite(Number(text))) return flag
  return Number(text) !== 0
}

/** A restart policy by its word, or as `0` (never) and `1` (always). */
export function parseRestart(text: string): RestartPolicy | null {
  const word = restartPolicies.find((policy) => policy === text)
  if (word) return word
  const flag = parseNumberFlag(text)
  if (flag === null) return null
  return flag ? 'always' : 'never'
}
