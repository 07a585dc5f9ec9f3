import { randomBytes } from 'node:crypto'
import { assertNever } from '../../../../shared/domain/result.ts'
import { createAnswerReader, markOf, type Reading } from './answers.ts'
import type { Answer } from './port.ts'
import type { Session } from './session.ts'
import { askInShellText, askText, type ChannelShell, factsScript, helloText, readFacts } from './shell-text.ts'

export type Reply =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly tookMs: number }
  /** No answer within the limit, or a longer one than allowed: what it still writes must not be taken for the next. */
  | { readonly kind: 'timeout' | 'too-long' }
  /** The shell, or the way to it, is gone. */
  | { readonly kind: 'ended' }

export type ReplyLimits = { readonly timeoutMs: number; readonly maxBytes: number }

/** See `AskOptions.inShell`. */
export type ReplyOptions = ReplyLimits & { readonly inShell?: boolean }

/** A shell that runs one piece of script after another. After any reply but an answer it is of no more use. */
export type Channel = {
  readonly shell: ChannelShell
  /** One at a time. */
  ask(script: string, options: ReplyOptions): Promise<Reply>
  /** Resolves when the shell, or the way to it, is gone. */
  readonly ended: Promise<void>
  close(): void
}

export type Opening =
  | { readonly kind: 'open'; readonly channel: Channel; readonly latencyMs: number }
  /** Ended before the shell said anything, with this status; `words` is what the log-in wrote. */
  | { readonly kind: 'ended'; readonly code: number | null; readonly errors: string; readonly words: string }
  | { readonly kind: 'silent' }
  /** There is a shell, but nothing that we could work with. */
  | { readonly kind: 'unusable'; readonly system: string }

/** Messages of the day are a few KiB; something that talks for ever is no log-in. */
export const maxLoginBytes = 1 << 20

/** For an error message. */
const keptWords = 1000

const newNonce = (): string => randomBytes(16).toString('hex')

/** Waits until a shell that was just started answers, whatever its log-in writes before. */
export async function openChannel(session: Session, limitMs: number): Promise<Opening> {
  const nonce = newNonce()
  const words = overhear(session)
  const talk = createTalk(session)
  const limits = { timeoutMs: limitMs, maxBytes: maxLoginBytes }
  const [helloMark, factsMark] = [markOf(nonce, 0), markOf(nonce, 1)]
  const hello = await talk(helloText(helloMark), helloMark, limits)
  const facts = hello.kind === 'answer' ? await talk(askText(factsMark, factsScript), factsMark, limits) : hello
  const heard = words()
  if (facts.kind !== 'answer') {
    session.kill()
    if (facts.kind !== 'ended') return { kind: 'silent' }
    const { code } = await session.ended
    return { kind: 'ended', code, errors: session.errors(), words: heard }
  }
  const shell = readFacts(facts.answer.output.toString())
  if ('system' in shell) {
    session.kill()
    return { kind: 'unusable', system: shell.system }
  }
  return { kind: 'open', channel: createChannel({ session, nonce, talk, shell }), latencyMs: facts.tookMs }
}

/** Keeps the beginning of what it writes, until asked for it. */
function overhear({ stdout }: Session): () => string {
  let words = ''
  const listen = (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(0, keptWords)
  }
  stdout.on('data', listen)
  return () => {
    stdout.off('data', listen)
    return words
  }
}

/** Sends a text and reads up to the mark. */
type Talk = (text: string, mark: string, limits: ReplyLimits) => Promise<Reply>

function createChannel(parts: { session: Session; nonce: string; talk: Talk; shell: ChannelShell }): Channel {
  const { session, nonce, talk, shell } = parts
  let number = 1
  return {
    shell,
    ask(script, options) {
      number += 1
      const mark = markOf(nonce, number)
      const text = options.inShell ? askInShellText(mark, script) : askText(mark, script)
      return talk(text, mark, options)
    },
    ended: session.ended.then(() => {}),
    close: () => session.kill(),
  }
}

function createTalk(session: Session): Talk {
  let read: (chunk: Buffer) => void = () => {}
  let hasEnded = false
  let stop = () => {}
  session.stdout.on('data', (chunk: Buffer) => read(chunk))
  session.ended.then(() => {
    hasEnded = true
    stop()
  })

  return async (text, mark, { timeoutMs, maxBytes }) => {
    if (hasEnded) return { kind: 'ended' }
    const started = performance.now()
    const reader = createAnswerReader(mark, maxBytes)
    const { promise, resolve } = Promise.withResolvers<Reply>()
    read = (chunk) => {
      const reply = replyTo(reader.feed(chunk), performance.now() - started)
      if (reply !== null) resolve(reply)
    }
    stop = () => resolve({ kind: 'ended' })
    const limit = setTimeout(() => resolve({ kind: 'timeout' }), timeoutMs)
    session.stdin.write(text)
    const reply = await promise
    clearTimeout(limit)
    read = () => {}
    stop = () => {}
    return reply
  }
}

function replyTo(reading: Reading, tookMs: number): Reply | null {
  switch (reading.kind) {
    case 'more':
      return null
    case 'too-long':
      return { kind: 'too-long' }
    case 'answer':
      return { kind: 'answer', answer: reading.answer, tookMs }
    default:
      return assertNever(reading)
  }
}
