/**
 * Proof that a pid is one particular program and not a later owner of the same number:
 * the boot, the pid, and field 22 of /proc/PID/stat (start time in clock ticks since boot, proc(5)).
 * The start time is text because it is only ever compared.
 */
export type ProgramIdentity = { readonly bootId: string; readonly pid: number; readonly startTime: string }

/** Which run of which process: the value of PROCESSION_ID in the environment of everything we start. */
export type RunMark = { readonly processId: string; readonly run: number }

export const markVariable = 'PROCESSION_ID'

/** `<process uuid>:<run number>`. */
export const formatMark = (mark: RunMark): string => `${mark.processId}:${mark.run}`

/** Undefined when `text` is not a mark. */
export function parseMark(text: string): RunMark | undefined {
  const match = /^([0-9a-f-]{36}):(\d{1,9})$/.exec(text)
  return match?.[1] && match[2] ? { processId: match[1], run: Number(match[2]) } : undefined
}
