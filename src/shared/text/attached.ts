import { programOf } from '../domain/life.ts'
import type { ProcessRow } from '../domain/rows.ts'

/** The notice of a process whose program somebody else started: its log files stay empty until its next run. */
export const attachedOutput = 'attached: its output goes where it was started'

/** True while the latest run of a process is one that was attached. */
export const isAttached = (row: Pick<ProcessRow, 'life' | 'notices'>): boolean =>
  programOf(row.life)?.shimPid === null || row.notices.includes(attachedOutput)
