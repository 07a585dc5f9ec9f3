import type { GpuRow } from '../../../shared/domain/host.ts'

const fields = ['index', 'name', 'utilization.gpu', 'memory.used', 'memory.total', 'temperature.gpu']
/** Fields behind the name, which may itself hold commas. */
const numbersAfterName = 4
const bytesPerMebibyte = 1024 * 1024

/** Asks nvidia-smi for its GPUs; POSIX sh, exit status 127 where there is no such command. */
const gpuScript = `exec nvidia-smi --query-gpu=${fields.join(',')} --format=csv,noheader,nounits`

/**
 * What that prints, one line a GPU: `0, NVIDIA H100 80GB HBM3, 37, 1024, 81559, 41`. What a GPU does not tell is in
 * brackets (`[N/A]`, as the use of one that is divided by MIG); lines that are no GPU are left out.
 */
export const parseGpus = (output: string): GpuRow[] => output.split('\n').flatMap((line) => parseGpu(line) ?? [])

/** Both, for whoever asks a machine. */
export const gpuTool = { script: gpuScript, parse: parseGpus } as const

function parseGpu(line: string): GpuRow | undefined {
  const cells = line.split(',').map((cell) => cell.trim())
  const [index = '', ...rest] = cells
  if (cells.length < fields.length || !/^\d+$/.test(index)) return undefined
  const [utilisation, used, total, temperature] = rest.slice(-numbersAfterName).map(numberIn)
  return {
    index: Number(index),
    name: rest.slice(0, -numbersAfterName).join(', '),
    utilisationPct: utilisation ?? null,
    memoryUsedBytes: bytesOf(used),
    memoryTotalBytes: bytesOf(total),
    temperatureC: temperature ?? null,
  }
}

const numberIn = (cell: string): number | null => (/^-?\d+(?:\.\d+)?$/.test(cell) ? Number(cell) : null)
const bytesOf = (mebibytes: number | null | undefined): number | null =>
  mebibytes === null || mebibytes === undefined ? null : mebibytes * bytesPerMebibyte
