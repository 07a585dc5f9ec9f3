/**
 * @param {unknown} error
 * @param {string} code such as `ENOENT`
 * @returns {boolean} whether it is an error of the system with this code
 */
export function hasCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code
}
