import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { readRendererFile } from '../../src/main/daemon/api/http/renderer-files.ts'
import { pageHeaders } from '../../src/main/daemon/api/http/security-headers.ts'
import { contract, type InputOf, type Method } from '../../src/shared/contract/contract.ts'
import { protocolVersion } from '../../src/shared/contract/protocol.ts'
import type { RowsEvent, RowsSnapshot } from '../../src/shared/contract/schemas.ts'
import { type ClientMessage, encodeBytesPart, type ServerMessage } from '../../src/shared/contract/wire.ts'
import { type Failure, failure, type Result, success } from '../../src/shared/domain/result.ts'
import { type FakeLog, grepOf, noLog, tailOf } from './fake-log.ts'

export type FakeAnswer = Result<unknown>

export type FakeDaemonOptions = {
  /** The built renderer. */
  readonly rendererFolder: string
  readonly snapshot: RowsSnapshot
  readonly logs?: ReadonlyMap<string, FakeLog>
  /** Answers of calls by method; those that are missing are refused. */
  readonly calls?: Readonly<Record<string, (input: unknown) => FakeAnswer | Promise<FakeAnswer>>>
  /** Asked before each stream: null lets it through. */
  readonly refuse?: (method: string) => Failure | null
}

/** What the real daemon refuses, so that no page passes that sends something else. */
function inputProblem(method: string, input: unknown): Failure | null {
  const entry = Object.hasOwn(contract, method) ? contract[method as Method] : null
  const parsed = entry?.input.safeParse(input)
  return parsed?.success === false ? failure('bad_input', `${method}: ${parsed.error.message}`) : null
}

type Stream = { readonly socket: WebSocket; readonly id: number; credit: number; stopped: boolean; more: () => void }

/**
 * Serves the real renderer and answers it over the real protocol, with rows and logs that a test makes up: for states
 * that a real daemon shows only by accident.
 */
export class FakeDaemon implements AsyncDisposable {
  /** Methods and inputs that the page has sent. */
  readonly asked: { readonly method: string; readonly input: unknown }[] = []
  private readonly options: FakeDaemonOptions
  private readonly http: Server
  private readonly sockets = new WebSocketServer({ noServer: true })
  private readonly watchers = new Set<Stream>()
  private readonly streams = new Map<string, Stream>()
  private seq = 1
  private reachable = true

  private constructor(options: FakeDaemonOptions) {
    this.options = options
    this.http = createServer((request, response) => void this.serve(request, response))
    this.http.on('upgrade', (request, socket, head) => {
      if (!this.reachable) {
        socket.destroy()
        return
      }
      this.sockets.handleUpgrade(request, socket, head, (opened) => this.accept(opened))
    })
  }

  static async start(options: FakeDaemonOptions): Promise<FakeDaemon> {
    const daemon = new FakeDaemon(options)
    await new Promise<void>((resolve) => daemon.http.listen(0, '127.0.0.1', resolve))
    return daemon
  }

  /** The address to open, with a token that the page exchanges. */
  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}/#token=fake`
  }

  /** Sends events to every open window. */
  tell(...events: RowsEvent[]): void {
    this.seq += 1
    for (const stream of this.watchers) this.sendPart(stream, { epoch: 'fake', seq: this.seq, events })
  }

  /** Drops every connection and takes no new one. */
  lose(): void {
    this.reachable = false
    this.watchers.clear()
    for (const socket of this.sockets.clients) socket.terminate()
  }

  comeBack(): void {
    this.reachable = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.lose()
    this.http.closeAllConnections()
    await new Promise((resolve) => this.http.close(resolve))
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://fake').pathname
    if (path === '/web/key') {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"key":"fake"}')
      return
    }
    const file = await readRendererFile(this.options.rendererFolder, path === '/' ? '/index.html' : path)
    if (!file) response.writeHead(404).end()
    else {
      const security = path === '/' ? pageHeaders(request.headers.host ?? '') : {}
      response.writeHead(200, { 'Content-Type': file.type, ...security }).end(file.body)
    }
  }

  private accept(socket: WebSocket): void {
    socket.on('message', (data) => {
      const message: ClientMessage | { readonly t: 'key' } = JSON.parse(String(data))
      if (message.t !== 'key') this.receive(socket, message)
    })
    socket.on('close', () => {
      for (const stream of this.watchers) if (stream.socket === socket) this.watchers.delete(stream)
    })
  }

  private receive(socket: WebSocket, message: ClientMessage): void {
    switch (message.t) {
      case 'hello':
        send(socket, { t: 'hello', protocol: protocolVersion })
        return
      case 'call':
        this.asked.push({ method: message.m, input: message.p })
        void this.call(message.m, message.p).then((answer) => this.answer(socket, message.id, answer))
        return
      case 'open':
        this.asked.push({ method: message.m, input: message.p })
        this.open(socket, message)
        return
      case 'more': {
        const stream = this.streams.get(`${message.id}`)
        if (stream) stream.credit += 1
        stream?.more()
        return
      }
      case 'stop': {
        const stream = this.streams.get(`${message.id}`)
        if (stream) stream.stopped = true
        stream?.more()
        this.streams.delete(`${message.id}`)
      }
    }
  }

  private async call(method: string, input: unknown): Promise<FakeAnswer> {
    const problem = inputProblem(method, input)
    if (problem !== null) return problem
    const found = this.options.calls?.[method]
    if (found) return found(input)
    if (method === 'logs.place') {
      const { at } = input as { at: number | null }
      return success(this.logOf(input).placeAt(at))
    }
    if (method === 'logs.info') return success(this.logOf(input).info())
    if (method === 'logs.find') return this.logOf(input).find(input as Parameters<FakeLog['find']>[0])
    return failure('unsupported', `The fake daemon has no answer to ${method}.`)
  }

  private answer(socket: WebSocket, id: number, result: FakeAnswer): void {
    if (result.ok) send(socket, { t: 'ok', id, v: result.value })
    else send(socket, { t: 'err', id, code: result.code, message: result.message, hint: result.hint })
  }

  private open(socket: WebSocket, { id, m, p, credit }: Extract<ClientMessage, { t: 'open' }>): void {
    const refused = inputProblem(m, p) ?? this.options.refuse?.(m) ?? null
    if (refused !== null) {
      this.answer(socket, id, refused)
      return
    }
    const stream: Stream = { socket, id, credit, stopped: false, more: () => {} }
    this.streams.set(`${id}`, stream)
    if (m === 'rows.watch') {
      this.watchers.add(stream)
      this.sendPart(stream, { epoch: 'fake', seq: this.seq, snapshot: this.options.snapshot })
    } else if (m === 'logs.tail') {
      const input = p as InputOf<'logs.tail'>
      const from = input.from === null ? null : [input.from]
      void this.pump(
        stream,
        tailOf([this.logOf(p)], { ...input, from }, () => stream.stopped),
      )
    } else if (m === 'logs.merge') {
      const input = p as InputOf<'logs.merge'>
      void this.pump(
        stream,
        tailOf(this.logsOf(p), input, () => stream.stopped),
      )
    } else if (m === 'logs.grep') {
      void this.pump(stream, grepOf(this.logsOf(p), p as InputOf<'logs.grep'>))
    } else if (m === 'logs.before') {
      void this.pump(stream, this.logOf(p).before(p as Parameters<FakeLog['before']>[0]))
    } else {
      this.answer(socket, id, failure('unsupported', `The fake daemon has no stream ${m}.`))
    }
  }

  private async pump(stream: Stream, parts: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const part of parts) {
      while (stream.credit <= 0 && !stream.stopped) {
        await new Promise<void>((resolve) => {
          stream.more = resolve
        })
      }
      if (stream.stopped) return
      stream.credit -= 1
      stream.socket.send(encodeBytesPart(stream.id, part))
    }
    if (!stream.stopped) send(stream.socket, { t: 'end', id: stream.id })
  }

  private sendPart(stream: Stream, part: unknown): void {
    send(stream.socket, { t: 'part', id: stream.id, v: part })
  }

  private logOf(input: unknown): FakeLog {
    const { target } = input as { target: { id: string } }
    return this.options.logs?.get(target.id) ?? noLog
  }

  private logsOf(input: unknown): FakeLog[] {
    const { targets } = input as { targets: readonly { id: string }[] }
    return targets.map((target) => this.logOf({ target }))
  }
}

const send = (socket: WebSocket, message: ServerMessage): void => socket.send(JSON.stringify(message))
