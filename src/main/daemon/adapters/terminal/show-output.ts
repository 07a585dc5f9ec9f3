import type { TerminalSize } from '../../host/terminal-port.ts'
import { modesBefore } from './private-modes.ts'
import { safeStart } from './safe-start.ts'
import type { Terminal } from './terminal.ts'

/** How much of what was shown a new onlooker gets: some ten thousand short lines. */
const replayBytes = 256 * 1024

/** At most this much in one part. */
const partBytes = 64 * 1024

/** Whoever is further behind than this is shown the present instead: in a terminal only that can be answered. */
const mostBehind = 4 * 1024 * 1024

/** RIS: everything as after switching a terminal on. */
const reset = Buffer.from('\u001bc')

/** See `Terminals.output`. The log is the buffer, so a slow reader costs no memory. */
export async function* showOutput(
  terminal: Terminal,
  size: TerminalSize,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (!terminal.enter()) return
  try {
    void terminal.show(size)
    let place = await replayFrom(terminal)
    if (place.prefix.length > 0) yield place.prefix
    while (!signal.aborted) {
      const isOver = terminal.isOver
      const bytes = await read(terminal, place.at, partBytes)
      if (bytes.length > 0) {
        yield bytes
        place = { ...place, at: place.at + bytes.length }
      } else if (isOver) {
        return
      } else {
        await terminal.grown(signal)
      }
      if (bytes.length === partBytes && (await terminal.log.stat()).size - place.at > mostBehind) {
        place = await replayFrom(terminal)
        yield Buffer.concat([reset, place.prefix])
      }
    }
  } finally {
    await terminal.leave()
  }
}

/** Where to begin, and what makes a new screen ready for what comes from there. */
async function replayFrom(terminal: Terminal): Promise<{ readonly at: number; readonly prefix: Buffer }> {
  const { size } = await terminal.log.stat()
  const cut = Math.max(terminal.begin, size - replayBytes)
  if (cut === terminal.begin) return { at: cut, prefix: Buffer.alloc(0) }
  const bytes = await read(terminal, cut, size - cut)
  const start = safeStart(bytes)
  return { at: cut + start, prefix: Buffer.from(modesBefore(bytes.subarray(start), terminal.modes.now)) }
}

async function read(terminal: Terminal, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await terminal.log.read(Buffer.allocUnsafe(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}
