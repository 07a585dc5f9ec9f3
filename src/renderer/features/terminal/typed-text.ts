/** The contract takes this much at once (terminal.input). */
const mostAtOnce = 65_536

/** Where `text` can be cut without taking a character apart. */
function cutOf(text: string): number {
  if (text.length <= mostAtOnce) return text.length
  const last = text.charCodeAt(mostAtOnce - 1)
  const isFirstHalf = last >= 0xd800 && last <= 0xdbff
  return isFirstHalf ? mostAtOnce - 1 : mostAtOnce
}

/**
 * Sends what is typed in order: one call at a time, and what comes meanwhile together in the next. What a call that failed
 * carried is gone, like what comes after it until then: half a command must not reach the program.
 */
export class TypedText {
  private readonly send: (text: string) => Promise<boolean>
  private waiting = ''
  private isSending = false

  /** `send` resolves to whether it arrived. */
  constructor(send: (text: string) => Promise<boolean>) {
    this.send = send
  }

  add(text: string): void {
    this.waiting += text
    if (!this.isSending) void this.sendAll()
  }

  private async sendAll(): Promise<void> {
    this.isSending = true
    while (this.waiting !== '') {
      const cut = cutOf(this.waiting)
      const text = this.waiting.slice(0, cut)
      this.waiting = this.waiting.slice(cut)
      if (!(await this.send(text))) this.waiting = ''
    }
    this.isSending = false
  }
}
