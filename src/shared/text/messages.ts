import { countOf } from './numbers.ts'

// Every sentence that more than one face shows, or that has variable parts. Sentence case, verb first, the object named.

export const daemonLost = 'The daemon stopped answering. Your processes are still running.'
export const nothingYet = {
  title: 'Nothing runs yet',
  body: 'A process is a program that Procession keeps running.',
} as const

/** `Nothing matches "gpuu"`. */
export const nothingMatches = (filter: string): string =>
  filter === '' ? 'Nothing matches these filters' : `Nothing matches "${filter}"`

/** `Kill eval-sweep-17?`, `Kill 3 processes?`. */
export const killTitle = (names: readonly string[]): string =>
  names.length === 1 ? `Kill ${names[0]}?` : `Kill ${countOf(names.length, 'process', 'processes')}?`

/** `It gets no chance to save. 2 processes depend on it.`; `children` depend on what is killed. */
export function killBody(count: number, children: number): string {
  const noChance = count === 1 ? 'It gets no chance to save.' : 'They get no chance to save.'
  if (children === 0) return noChance
  const depend = `${countOf(children, 'process depends', 'processes depend')} on ${count === 1 ? 'it' : 'them'}.`
  return `${noChance} ${depend}`
}

/** `41 running, 2 failed`; parts that are 0 are left out, but never both. */
export function tallySentence(running: number, failed: number): string {
  if (failed === 0) return `${running} running`
  return running === 0 ? `${failed} failed` : `${running} running, ${failed} failed`
}

/** `1,204 lines arrived while you were reading`. */
export const linesArrived = (count: number, atLeast: boolean): string =>
  `${atLeast ? 'More than ' : ''}${countOf(count, 'line', 'lines')} arrived while you were reading`

/** `train-a could not be stopped`, `3 processes could not be stopped`. */
export const couldNot = (names: readonly string[], done: 'started' | 'stopped' | 'restarted' | 'killed'): string =>
  names.length === 1
    ? `${names[0]} could not be ${done}`
    : `${countOf(names.length, 'process', 'processes')} could not be ${done}`
