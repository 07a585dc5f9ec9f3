import type { SessionRow } from '../../shared/domain/rows.ts'

/** What a person should know who looks at a session, a sentence each. */
export const sessionRemarks = ({ name, readOnly, problems, active }: SessionRow): string[] => [
  ...(readOnly === null ? [] : [`${name} is read only: ${readOnly.message}`]),
  ...problems.map((problem) => `${name}: ${problem}`),
  ...(active || readOnly !== null ? [] : [inactiveRemark(name)]),
]

export const inactiveRemark = (name: string): string =>
  `${name} is not active: nothing of it is restarted until procession session activate`
