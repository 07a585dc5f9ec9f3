import { execFile } from 'node:child_process'
import { failure, success } from '../../../shared/domain/result.ts'
import type { HostFacts } from './host-book.ts'
import { createLocalFacts } from './local-facts.ts'
import type { Ask, GpuTool } from './test-host.ts'

const maxOutputBytes = 1_048_576
const gpuTimeoutMs = 10_000

/** This machine, as the other ones are asked. */
export type LocalMachine = { readonly askLocally: Ask; readonly localFacts: () => HostFacts }

/** `gpus` is how its GPUs are read. */
export function createLocalMachine(gpus: GpuTool, now: () => number): LocalMachine {
  const readGpus = async () => {
    const answer = await askLocally(gpus.script, { timeoutMs: gpuTimeoutMs })
    return answer.ok && answer.value.status === 0 ? gpus.parse(answer.value.output.toString('utf8')) : null
  }
  return { askLocally, localFacts: createLocalFacts({ readGpus, now }) }
}

const askLocally: Ask = (script, { timeoutMs, maxBytes = maxOutputBytes }) =>
  new Promise((resolve) => {
    const options = { timeout: timeoutMs, maxBuffer: maxBytes, encoding: 'buffer', killSignal: 'SIGKILL' } as const
    const child = execFile('/bin/sh', ['-c', script], options, (error, output) => {
      if (error === null) resolve(success({ status: 0, output }))
      else if (typeof error.code === 'number') resolve(success({ status: error.code, output }))
      else if (error.killed) resolve(failure('timeout', `A command took longer than ${timeoutMs / 1000} s.`))
      else resolve(failure('failed', `A command could not be run: ${error.message}.`))
    })
    child.stdin?.end()
  })
