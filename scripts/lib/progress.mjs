import process from 'node:process'

/** A set-up step that cannot be done, with what the person at the keyboard can do about it. */
export class SetUpError extends Error {
  /**
   * @param {string} message what failed and why
   * @param {string} remedy what to do
   */
  constructor(message, remedy) {
    super(message)
    this.name = 'SetUpError'
    this.remedy = remedy
  }
}

/**
 * Prints one line of progress on stderr: stdout belongs to the program that is being set up.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/**
 * Announces a long step, runs it and says how long it took.
 *
 * @template T
 * @param {string} what such as `Building`
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withProgress(what, action) {
  const started = Date.now()
  say(`${what} ...`)
  const result = await action()
  say(`${what}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`)
  return result
}

/**
 * Runs the main function of a script: its number is the exit code, an expected failure is printed with its remedy.
 *
 * @param {() => Promise<number>} main
 */
export async function runScript(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    process.exitCode = 1
    if (error instanceof SetUpError) say(`error: ${error.message}\n  ${error.remedy.replaceAll('\n', '\n  ')}`)
    else throw error
  }
}
