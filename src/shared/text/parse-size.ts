/** A whole or decimal number and a unit of 1024; without a unit it is bytes. */
const sizePattern = /^(\d{1,15}(?:\.\d{1,3})?)\s?(B|KiB|MiB|GiB|TiB)?$/

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** Bytes that a text such as `256MiB`, `1.5 GiB` or `4096` means, whole ones; null where it is no size. */
export function parseSize(text: string): number | null {
  const [, amount, unit] = sizePattern.exec(text) ?? []
  if (amount === undefined) return null
  const bytes = Math.floor(Number(amount) * 1024 ** units.indexOf(unit ?? 'B'))
  return Number.isSafeInteger(bytes) ? bytes : null
}
