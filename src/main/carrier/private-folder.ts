import { lstatSync, type Stats, statSync } from 'node:fs'
import { failure, type Result, success } from '../../shared/domain/result.ts'
import { makeFolder } from '../files/make-folder.ts'
import type { Places } from './places.ts'

/** Permission bits, see chmod(2). Many systems give every user a group of their own, so a home may be group-writable. */
const usableByOthers = 0o077
const writableByAll = 0o002

/** Makes the folder of the home with mode 0700 where it is missing. */
export const prepareHome = (places: Places): Result<void> => tryToMake(places.home)

/** Makes the folder that the daemon's socket lies in, and checks it as `checkSocketFolder` does. */
export function prepareSocketFolder(places: Places): Result<void> {
  const made = tryToMake(places.socketFolder)
  return made.ok ? checkSocketFolder(places) : made
}

/**
 * May we trust what listens in the socket's folder? It must be ours, so that nobody else can put a socket there. Where
 * it is not the home, which a person chose, it has a name that anybody can guess: it must be a real folder with 0700.
 * A missing folder is fine.
 */
export function checkSocketFolder({ socketFolder, home }: Places): Result<void> {
  const isHome = socketFolder === home
  const look = isHome ? statSync : lstatSync
  const stat = look(socketFolder, { throwIfNoEntry: false })
  const wrong = stat && whatIsWrong(stat, isHome ? writableByAll : usableByOthers)
  if (!wrong) return success(undefined)
  return failure('not_permitted', `The folder ${socketFolder} is not safe. ${wrong}`, remedyFor(socketFolder))
}

function whatIsWrong(stat: Stats, forbidden: number): string | null {
  if (!stat.isDirectory()) return 'It is not a folder.'
  if (process.getuid && stat.uid !== process.getuid()) return `It belongs to user ${stat.uid}.`
  return (stat.mode & forbidden) === 0 ? null : `Its mode ${(stat.mode & 0o777).toString(8)} lets other users in.`
}

const remedyFor = (folder: string) => `Remove it, or run: chmod 700 ${folder}; or choose another home with --home DIR`

function tryToMake(folder: string): Result<void> {
  try {
    makeFolder(folder, 0o700)
    return success(undefined)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return failure(
      'not_permitted',
      `Could not make the folder ${folder}. ${why}.`,
      'Choose another one with --home DIR',
    )
  }
}
