import { agree, type LogMirror } from './log-mirror.ts'
import type { SshConnection } from './port.ts'
import { quote } from './quote.ts'

/** Enough to tell another log from this one. */
const comparedBytes = 64

/** Some lines, for which somebody waits, rather than a flood. */
const atOnceBytes = 4096

/** What became of a stream: `ended` by its machine or the link, or `refused` where that allows no more sessions. */
export type StreamEnd = 'ended' | 'refused'

/**
 * Follows one log with a command of its own on the machine: what is written there is here within milliseconds. The copy
 * goes on where it is, and what was copied last comes again and is compared.
 */
export class LogStream {
  readonly log: LogMirror
  /** Resolves when nothing more comes. Never rejects. */
  readonly done: Promise<StreamEnd>
  private close: () => void = () => {}
  private isClosed = false

  /** `state` is the folder of our files on the machine. */
  constructor(connection: Pick<SshConnection, 'stream'>, state: string, log: LogMirror) {
    this.log = log
    log.isStreamed = true
    this.done = this.follow(connection, state).finally(() => {
      log.isStreamed = false
    })
  }

  /** Ends it; `done` tells when. */
  stop(): void {
    this.isClosed = true
    this.close()
  }

  private async follow(connection: Pick<SshConnection, 'stream'>, state: string): Promise<StreamEnd> {
    const { copy, remotePath } = this.log
    const compared = Math.min(comparedBytes, copy.size)
    const script = `exec tail -c +${copy.size - compared + 1} -f -- ${quote(`${state}/${remotePath}`)} 2>/dev/null`
    const stream = await connection.stream(script)
    if (!stream.ok) return stream.code === 'conflict' ? 'refused' : 'ended'
    this.close = () => stream.value.close()
    if (this.isClosed) this.close()
    try {
      await this.copyFrom(stream.value.chunks, compared)
    } catch {
      // The link was lost, or the disk is full: whoever asks for sizes goes on, and says so.
    }
    stream.value.close()
    return 'ended'
  }

  private async copyFrom(chunks: AsyncIterable<Buffer>, compared: number): Promise<void> {
    const { copy } = this.log
    let head = Buffer.alloc(0)
    for await (const chunk of chunks) {
      if (this.isClosed) return
      if (head.length === compared) {
        if (chunk.length <= atOnceBytes) copy.writeNow(copy.size, chunk)
        else await copy.write(copy.size, chunk)
        continue
      }
      head = Buffer.concat([head, chunk])
      if (head.length < compared) continue
      const same = agree(head.subarray(0, compared), await copy.read(copy.size - compared, compared))
      // Of another log: the next look at the sizes and the bytes begins the copy again.
      if (!same) return
      await copy.write(copy.size, head.subarray(compared))
      head = head.subarray(0, compared)
    }
  }
}
