import { type IncomingHttpHeaders, request } from 'node:http'

export type HttpAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }

export type HttpQuestion = {
  readonly method?: string
  /** Sent as they are, Host included, which fetch would not do. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Instead of TCP. */
  readonly socketPath?: string
}

/** One request whose path is sent byte for byte, on a connection of its own. */
export function httpRequest(base: string, path: string, question: HttpQuestion = {}): Promise<HttpAnswer> {
  const { hostname, port } = new URL(base)
  const { method = 'GET', headers = {}, body = '', socketPath } = question
  const target = socketPath ? { socketPath } : { host: hostname.replace(/[[\]]/g, ''), port }
  return new Promise((resolve, reject) => {
    const sent = request({ ...target, path, method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
