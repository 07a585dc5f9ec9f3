import { failure, type Result, success } from '../../../../shared/domain/result.ts'

/** The part of node-pty that we use: what it calls native. Descriptors are not blocking, and closed in new programs. */
export type PtyModule = {
  open(cols: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string }
  /** Tells the programs in it (SIGWINCH) when the size is another one. */
  resize(master: number, cols: number, rows: number): void
}

/** Loads it when a terminal is first needed: a daemon without one does not pay for it. */
export async function loadPtyModule(): Promise<Result<PtyModule>> {
  try {
    const { native } = (await import('node-pty')) as unknown as { readonly native: PtyModule }
    return success(native)
  } catch (error) {
    const why = error instanceof Error && !/Failed to load native module/.test(error.message) ? ` ${error.message}` : ''
    return failure(
      'unsupported',
      `Programs cannot be given a terminal here: the module for it is not built.${why}`,
      'Install a C++ compiler (Debian: apt-get install g++), run npm run build in the clone, then procession daemon stop',
    )
  }
}
