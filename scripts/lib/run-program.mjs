import { spawn } from 'node:child_process'
import os from 'node:os'
import process from 'node:process'

/** How long a program that was asked to end may take before it is killed. */
const END_GRACE_MS = 5_000

/** Output beyond this is dropped from its front: only its end is ever shown or parsed. */
const MAX_CAPTURED_CHARACTERS = 4 * 1024 * 1024

/**
 * @typedef {object} ProgramOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {'inherit' | 'stderr' | 'capture'} [output] where stdout and stderr go: both as they are, both to our
 *   stderr, or both into `output` of the result; `inherit` if not given
 * @property {number} [timeoutMs] ends the program after this time
 */

/**
 * @typedef {object} ProgramEnd
 * @property {number} code exit code; 128 + signal number where a signal ended it, 127 where it could not be started
 * @property {boolean} timedOut
 * @property {string} output what was captured
 */

/**
 * Runs a program to its end. SIGTERM and SIGHUP that reach us are passed on to it; Ctrl-C reaches it from the terminal.
 *
 * @param {string} command
 * @param {readonly string[]} commandArguments
 * @param {ProgramOptions} [options]
 * @returns {Promise<ProgramEnd>}
 */
export function runProgram(command, commandArguments, options = {}) {
  const { output = 'inherit', timeoutMs } = options
  const stream = output === 'capture' ? 'pipe' : output === 'stderr' ? 2 : 'inherit'
  return new Promise((resolve) => {
    const child = spawn(command, commandArguments, {
      cwd: options.cwd,
      env: options.env,
      stdio: [output === 'inherit' ? 'inherit' : 'ignore', stream, stream],
    })
    let captured = ''
    let timedOut = false
    for (const source of [child.stdout, child.stderr]) {
      source?.setEncoding('utf8').on('data', (text) => {
        captured = (captured + text).slice(-MAX_CAPTURED_CHARACTERS)
      })
    }
    const stopForwarding = forwardSignals(child)
    const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs)
    function expire() {
      timedOut = true
      endGently(child)
    }
    /** @param {number} code */
    function finish(code) {
      clearTimeout(timer)
      stopForwarding()
      resolve({ code, timedOut, output: captured })
    }
    child.once('error', (error) => {
      captured += error.message
      finish(127)
    })
    child.once('close', (code, signal) => finish(code ?? 128 + signalNumber(signal)))
  })
}

/**
 * Passes SIGTERM and SIGHUP on to the child, and SIGINT where no terminal has delivered it already.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} stops doing so
 */
function forwardSignals(child) {
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)
  return () => {
    for (const signal of signals) process.off(signal, forward)
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function endGently(child) {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), END_GRACE_MS)
  child.once('close', () => clearTimeout(timer))
}

/**
 * @param {NodeJS.Signals | null} signal
 * @returns {number}
 */
function signalNumber(signal) {
  return signal === null ? 0 : (os.constants.signals[signal] ?? 0)
}
