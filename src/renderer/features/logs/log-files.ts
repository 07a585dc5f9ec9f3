import type { LogPlace, LogStreams } from '../../../shared/contract/contract.ts'

export type StreamName = 'out' | 'err'

/** Files of several processes are counted: two for each, stdout first. */
export const fileOf = (source: number, stream: StreamName): number => source * 2 + (stream === 'err' ? 1 : 0)
export const streamOf = (file: number): StreamName => (file % 2 === 1 ? 'err' : 'out')
export const sourceOf = (file: number): number => Math.floor(file / 2)

/** The files that are read when so many processes are shown with these streams. */
export function filesOf(sources: number, streams: LogStreams): number[] {
  const names: readonly StreamName[] = streams === 'both' ? ['out', 'err'] : [streams]
  return Array.from({ length: sources }, (_, source) => source).flatMap((source) =>
    names.map((stream) => fileOf(source, stream)),
  )
}

/** A byte position in every file, by file. */
export type Offsets = readonly number[]

/** As the contract has it: one place for each process. */
export const placesOf = (sources: number, offsetOf: (file: number) => number): LogPlace[] =>
  Array.from({ length: sources }, (_, source) => ({
    out: offsetOf(fileOf(source, 'out')),
    err: offsetOf(fileOf(source, 'err')),
  }))

export const offsetsOf = (places: readonly LogPlace[]): Offsets => places.flatMap(({ out, err }) => [out, err])
