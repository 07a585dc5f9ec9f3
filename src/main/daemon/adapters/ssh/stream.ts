import { randomBytes } from 'node:crypto'
import { createAnswerReader, markOf } from './answers.ts'
import { maxLoginBytes } from './channel.ts'
import type { RemoteStream } from './port.ts'
import type { Session } from './session.ts'
import { streamText } from './shell-text.ts'

export type StreamOpening =
  | { readonly kind: 'open'; readonly stream: RemoteStream }
  /** Ended before the shell said anything. */
  | { readonly kind: 'ended'; readonly errors: string }
  | { readonly kind: 'silent' }

/** The command there is killed as soon as its stdin ends; when nothing comes of that, the link is broken. */
const closeLimitMs = 3000

/** Starts a script in a shell that was just started, and waits until that says that it begins. */
export async function openStream(session: Session, script: string, limitMs: number): Promise<StreamOpening> {
  const nonce = randomBytes(16).toString('hex')
  let isLate = false
  const limit = setTimeout(() => {
    isLate = true
    session.kill()
  }, limitMs)
  session.stdin.write(streamText(nonce, script))
  const output = session.stdout.iterator()
  const first = await readBeginning(output, markOf(nonce, 0))
  clearTimeout(limit)
  if (first !== null) return { kind: 'open', stream: createStream(session, first, output) }
  session.kill()
  await session.ended
  return isLate ? { kind: 'silent' } : { kind: 'ended', errors: session.errors() }
}

/** What came after the mark, which tells the output from what the log-in wrote; null when no mark came. */
async function readBeginning(output: AsyncIterator<Buffer>, mark: string): Promise<Buffer | null> {
  const reader = createAnswerReader(mark, maxLoginBytes)
  for (;;) {
    const next = await output.next()
    if (next.done) return null
    const reading = reader.feed(next.value)
    if (reading.kind === 'answer') return reading.rest
    if (reading.kind === 'too-long') return null
  }
}

function createStream(session: Session, first: Buffer, output: AsyncIterator<Buffer>): RemoteStream {
  let isClosed = false

  function close(): void {
    if (isClosed) return
    isClosed = true
    session.stdin.end()
    session.stdout.destroy()
    const limit = setTimeout(() => session.kill(), closeLimitMs)
    session.ended.then(() => clearTimeout(limit))
  }

  async function* read(): AsyncGenerator<Buffer, void> {
    try {
      if (first.length > 0) yield first
      for (let next = await output.next(); !next.done; next = await output.next()) yield next.value
    } catch (error) {
      // Whoever reads while it is closed comes to the end.
      if (!isClosed) throw error
    } finally {
      close()
    }
  }
  return { chunks: read(), close }
}
