import { access, constants } from 'node:fs/promises'
import type { LogStreams } from '../../../shared/contract/contract.ts'
import { type Failure, failure } from '../../../shared/domain/result.ts'
import { type LogPaths, pathsOf, streamsOf } from './parts.ts'

/** The first of some logs that exists and cannot be read, in words: not_permitted or failed. */
export async function whyUnreadable(processes: readonly LogPaths[], streams: LogStreams): Promise<Failure | null> {
  for (const paths of processes) {
    for (const stream of streamsOf(streams)) {
      const refusal = await whyUnreadableFile(pathsOf(paths, stream).log)
      if (refusal !== null) return refusal
    }
  }
  return null
}

async function whyUnreadableFile(path: string): Promise<Failure | null> {
  try {
    await access(path, constants.R_OK)
    return null
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ENOENT') return null
    if (code === 'EACCES' || code === 'EPERM') {
      return failure('not_permitted', `The log ${path} is not readable for you.`, 'Check its owner and mode.')
    }
    const why = error instanceof Error ? error.message : String(error)
    return failure('failed', `The log ${path} could not be read: ${why}`)
  }
}
