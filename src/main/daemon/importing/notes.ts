import type { ImportNote } from '../../../shared/domain/import-plan.ts'

/** Writes down what could not be taken over. `what` names a setting or a process and never holds its value. */
export type Note = (line: number | null, what: string, reason: string) => void

/** More than anybody reads; a file that yields more is not what it was taken for. */
const mostNotes = 1000

/** Collects the notes about `file` in `notes`; after `mostNotes` of them one last note says so. */
export const noteIn =
  (notes: ImportNote[], file: string): Note =>
  (line, what, reason) => {
    if (notes.length < mostNotes) notes.push({ file, line, what, reason })
    else if (notes.length === mostNotes) {
      notes.push({ file, line, what: 'everything after this line', reason: `more than ${mostNotes} notes` })
    }
  }
