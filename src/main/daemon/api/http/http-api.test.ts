import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { httpRequest } from '../../../../../test/helpers/http-request.ts'
import { openRaw, type RpcLab, rpcLab } from '../../../../../test/helpers/rpc-lab.ts'
import { temporaryFolder } from '../../../../../test/helpers/temporary-folder.ts'
import { until } from '../../../../../test/helpers/until.ts'
import { protocolVersion } from '../../../../shared/contract/protocol.ts'
import { success } from '../../../../shared/domain/result.ts'
import { freshAddressNeeded } from '../../../../shared/text/refusals.ts'

const noRows = { sessions: [], processes: [], dependences: [], hosts: [] }

type Served = { readonly url: string; readonly address: string; readonly token: string; stop(): Promise<void> }

/** Asks the lab's daemon for a listener, as `procession serve` does. */
async function serve(lab: RpcLab, listen = '127.0.0.1:0'): Promise<Served> {
  const client = lab.client({ once: true })
  const stop = new AbortController()
  const opened = Promise.withResolvers<{ url: string; address: string }>()
  const done = client.watch('http.serve', { listen }, { signal: stop.signal, onPart: opened.resolve })
  void done.then((result) => {
    if (!result.ok) opened.reject(new Error(`${result.code}: ${result.message} ${result.hint}`))
  })
  const { url, address } = await opened.promise
  return {
    url,
    address,
    token: new URL(url).hash.replace('#token=', ''),
    stop: async () => {
      stop.abort()
      await done
    },
  }
}

const exchange = (served: Pick<Served, 'address'>, token: string, headers: Readonly<Record<string, string>> = {}) =>
  httpRequest(served.address, '/web/key', {
    method: 'POST',
    headers: { Origin: served.address, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ token }),
  })

async function keyFor(served: Served): Promise<string> {
  const { key } = JSON.parse((await exchange(served, served.token)).body)
  return key
}

const rpcUrl = (address: string) => `${address.replace('http', 'ws')}/rpc`

const openPage = (served: Pick<Served, 'address'>) => openRaw(rpcUrl(served.address), { origin: served.address })

/** Says a key and hello, and calls; the answers are in `received` when the daemon took the key. */
async function callWithKey(served: Pick<Served, 'address'>, key: string) {
  const raw = await openPage(served)
  raw.send({ t: 'key', key })
  raw.send({ t: 'hello', protocol: protocolVersion })
  raw.send({ t: 'call', id: 1, m: 'rows.list', p: {} })
  await until(() => raw.received.length === 2 || raw.closed() !== null, { what: 'the answers' })
  raw.socket.terminate()
  return raw.received
}

const answered = [
  { t: 'hello', protocol: protocolVersion },
  { t: 'ok', id: 1, v: noRows },
]

test('the unix socket is for its owner only, and answers the version and its health', async () => {
  await using lab = await rpcLab({})
  expect((await stat(lab.socketPath)).mode & 0o777).toBe(0o600)
  const ask = (path: string, headers = {}) =>
    httpRequest('http://localhost', path, { socketPath: lab.socketPath, headers })
  expect(await ask('/healthz')).toMatchObject({ status: 200, body: '{"ok":true}' })
  const versions = await ask('/', { Accept: 'text/html' })
  expect(JSON.parse(versions.body)).toEqual({ version: expect.any(String), manager: expect.any(String) })
  expect(await ask('/nothing')).toMatchObject({ status: 404 })
})

test('the socket of a dead daemon is replaced; that of a living one, and a file, are not', async () => {
  await using lab = await rpcLab({ 'rows.list': async () => success(noRows) })
  expect(await lab.api().open()).toMatchObject({ ok: false, code: 'conflict' })
  await lab.stop()
  // A process that ends without closing leaves its socket behind.
  const leave = `require('node:net').createServer().listen(${JSON.stringify(lab.socketPath)}, () => process.kill(process.pid, 'SIGKILL'))`
  await once(spawn(process.execPath, ['-e', leave]), 'exit')
  expect((await stat(lab.socketPath)).isSocket()).toBe(true)
  await lab.restart({ 'rows.list': async () => success(noRows) })
  const client = lab.client()
  await client.up
  expect(await client.call('rows.list', {})).toEqual(success(noRows))
  await lab.stop()
  await writeFile(lab.socketPath, 'mine')
  await expect(lab.restart({})).rejects.toThrow('it is not a socket')
})

test('a browser exchanges its token once for a key, which then opens the protocol', async () => {
  await using lab = await rpcLab({ 'rows.list': async () => success(noRows) })
  const served = await serve(lab)
  expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/)
  const first = await exchange(served, served.token)
  expect(first).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
  const { key } = JSON.parse(first.body)
  expect(key).toMatch(/^[\w-]{43}$/)
  expect(first.headers).not.toHaveProperty('set-cookie')
  const second = await exchange(served, served.token)
  expect(second.status).toBe(403)
  expect(JSON.parse(second.body)).toMatchObject({ message: freshAddressNeeded.message, hint: freshAddressNeeded.hint })
  expect(await callWithKey(served, key)).toEqual(answered)
  expect(await callWithKey(served, key)).toEqual(answered)
})

test('a key outlives the daemon that gave it', async () => {
  await using lab = await rpcLab({})
  const key = await keyFor(await serve(lab))
  await lab.restart({ 'rows.list': async () => success(noRows) })
  expect(await callWithKey(await serve(lab), key)).toEqual(answered)
})

test.each([
  ['a wrong key', { t: 'key', key: 'x'.repeat(43) }],
  ['a hello instead of a key', { t: 'hello', protocol: protocolVersion }],
  ['bytes instead of a key', new Uint8Array([1, 2, 3])],
  ['no JSON instead of a key', '{'],
])('%s is refused in words for people', async (_, message) => {
  await using lab = await rpcLab({})
  const raw = await openPage(await serve(lab))
  raw.send(message)
  await until(() => raw.closed() !== null, { what: 'the connection to be closed' })
  const { code, message: words, hint } = freshAddressNeeded
  expect(raw.received).toEqual([{ t: 'err', id: 0, code, message: words, hint }])
})

test('requests of other pages, under other names or of no page get neither key nor protocol', async () => {
  await using lab = await rpcLab({})
  const served = await serve(lab)
  const { host, port } = new URL(served.address)
  const foreign: Record<string, string>[] = [
    { Host: host, Origin: 'http://evil.example' },
    { Host: host, Origin: `http://localhost:${port}` },
    { Host: host, Origin: 'null' },
    { Host: host, Origin: `https://${host}` },
    { Host: host },
    { Host: `evil.example:${port}`, Origin: `http://evil.example:${port}` },
    { Host: `127.0.0.1:${Number(port) + 1}`, Origin: `http://127.0.0.1:${Number(port) + 1}` },
    { Host: 'localhost', Origin: 'http://localhost' },
  ]
  for (const headers of foreign) {
    const body = JSON.stringify({ token: served.token })
    const answer = await httpRequest(served.address, '/web/key', { method: 'POST', headers, body })
    expect({ headers, status: answer.status }).toEqual({ headers, status: 403 })
    await expect(openRaw(rpcUrl(served.address), { headers })).rejects.toThrow('403')
  }
  // None of them used the token up, and the name localhost is as good as the number.
  const local = { Host: `localhost:${port}`, Origin: `http://localhost:${port}` }
  expect((await exchange(served, served.token, local)).status).toBe(200)
})

test('after ten failed logins within a minute an address is answered 429, whatever it sends', async () => {
  await using lab = await rpcLab({})
  const served = await serve(lab)
  for (let time = 0; time < 9; time += 1) expect((await exchange(served, 'wrong')).status).toBe(403)
  const raw = await openPage(served)
  raw.send({ t: 'key', key: 'wrong' })
  await until(() => raw.closed() !== null, { what: 'the connection to be closed' })
  expect(await exchange(served, served.token)).toMatchObject({ status: 429, headers: { 'retry-after': '60' } })
  await expect(openPage(served)).rejects.toThrow('429')
  expect((await httpRequest(served.address, '/healthz')).status).toBe(200)
})

test.each([
  ['nothing', ''],
  ['null', 'null'],
  ['an empty object', '{}'],
  ['a number', '{"token":7}'],
  ['more than a token', '{"token":"a","more":1}'],
  ['far too long', 'x'.repeat(2000)],
])('a body that is %s gets no key', async (_, body) => {
  await using lab = await rpcLab({})
  const served = await serve(lab)
  const headers = { Origin: served.address }
  const answer = await httpRequest(served.address, '/web/key', { method: 'POST', headers, body })
  expect(answer.status).toBe(400)
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'bad_input' })
})

test('the page comes with a strict policy and is not kept; its assets are, for good', async () => {
  await using lab = await rpcLab({})
  await writeFile(join(lab.rendererFolder, 'index.html'), '<!doctype html>page')
  await writeFile(join(lab.rendererFolder, 'assets', 'index-a1b2.js'), 'script')
  await writeFile(join(lab.rendererFolder, 'icon.svg'), '<svg/>')
  const served = await serve(lab)
  const page = await httpRequest(served.address, '/', { headers: { Accept: 'text/html,*/*;q=0.8' } })
  expect(page).toMatchObject({
    status: 200,
    body: '<!doctype html>page',
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  })
  const policy = String(page.headers['content-security-policy'])
  for (const directive of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    expect(policy.split('; ')).toContain(directive)
  }
  expect(policy).not.toMatch(/unsafe|\*/)
  expect(await httpRequest(served.address, '/assets/index-a1b2.js')).toMatchObject({
    status: 200,
    body: 'script',
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': expect.stringContaining('immutable'),
      'x-content-type-options': 'nosniff',
    },
  })
  expect(await httpRequest(served.address, '/icon.svg')).toMatchObject({
    status: 200,
    headers: { 'cache-control': 'no-store' },
  })
  const json = await httpRequest(served.address, '/', { headers: { Accept: 'application/json' } })
  expect(JSON.parse(json.body)).toEqual({ version: expect.any(String), manager: expect.any(String) })
  const foreign = await httpRequest(served.address, '/', { headers: { Accept: 'text/html', Host: 'evil.example' } })
  expect(foreign).toMatchObject({ status: 403, body: expect.stringContaining(served.address) })
})

test('a page that is not built says so', async () => {
  await using lab = await rpcLab({})
  const served = await serve(lab)
  const page = await httpRequest(served.address, '/', { headers: { Accept: 'text/html' } })
  expect(page).toMatchObject({ status: 503, body: expect.stringContaining('not built') })
})

test('no path leads out of the folder of the page', async () => {
  await using lab = await rpcLab({})
  await writeFile(join(lab.rendererFolder, '..', 'secret.js'), 'secret')
  await writeFile(join(lab.rendererFolder, '.hidden.js'), 'secret')
  await writeFile(join(lab.rendererFolder, 'unknown.type'), 'secret')
  const served = await serve(lab)
  const paths = [
    '/../secret.js',
    '/assets/../../secret.js',
    '/assets/..%2f..%2fsecret.js',
    '/%2e%2e/secret.js',
    '/%2e%2e%2fsecret.js',
    '/..%5csecret.js',
    '//secret.js',
    '/assets//../../secret.js',
    `/assets/%2e%2e/%2e%2e${join(lab.rendererFolder, '..', 'secret.js')}`,
    '/.hidden.js',
    '/unknown.type',
    '/secret.js%00',
    '/%',
  ]
  for (const path of paths) {
    const { status, body } = await httpRequest(served.address, path)
    expect({ path, status, leaked: body.includes('"secret"') || body === 'secret' }).toEqual({
      path,
      status: 404,
      leaked: false,
    })
  }
})

test('a listener is shared by those who ask for its address, and closes with the last, connections included', async () => {
  await using lab = await rpcLab({ 'rows.list': async () => success(noRows) })
  const first = await serve(lab)
  const { host } = new URL(first.address)
  const second = await serve(lab, host)
  expect(second.address).toBe(first.address)
  expect(second.token).not.toBe(first.token)
  expect(lab.api().addresses()).toEqual([first.address])
  const raw = await openPage(first)
  raw.send({ t: 'key', key: await keyFor(second) })
  raw.send({ t: 'hello', protocol: protocolVersion })
  await until(() => raw.received.length === 1, { what: 'hello' })
  await first.stop()
  expect((await httpRequest(first.address, '/healthz')).status).toBe(200)
  expect(raw.closed()).toBeNull()
  await second.stop()
  await until(() => raw.closed() !== null, { what: 'the page to be cut off' })
  await until(() => lab.api().addresses().length === 0, { what: 'the listener to be closed' })
  await expect(httpRequest(first.address, '/healthz')).rejects.toThrow('ECONNREFUSED')
  const third = await serve(lab, host)
  expect(third.address).toBe(first.address)
})

test('two that ask for one address at the same time share it', async () => {
  await using lab = await rpcLab({})
  const probe = await serve(lab)
  const { host } = new URL(probe.address)
  await probe.stop()
  await until(() => lab.api().addresses().length === 0, { what: 'the listener to be closed' })
  const both = await Promise.all([serve(lab, host), serve(lab, host)])
  expect(both.map(({ address }) => address)).toEqual([probe.address, probe.address])
})

test('a caller that vanishes closes its listener', async () => {
  await using lab = await rpcLab({})
  const served = await serve(lab)
  lab.dropConnections()
  await until(() => lab.api().addresses().length === 0, { what: 'the listener to be closed' })
  await expect(httpRequest(served.address, '/healthz')).rejects.toThrow('ECONNREFUSED')
})

test('::1 is served like 127.0.0.1', async () => {
  await using lab = await rpcLab({ 'rows.list': async () => success(noRows) })
  const served = await serve(lab, '[::1]:0')
  expect(served.address).toMatch(/^http:\/\/\[::1\]:\d+$/)
  expect(await callWithKey(served, await keyFor(served))).toEqual(answered)
})

test.each([':0', '0.0.0.0:0', '[::]:0', '192.0.2.1:7517'])('%s is not for other machines to reach', async (listen) => {
  await using lab = await rpcLab({})
  await expect(serve(lab, listen)).rejects.toThrow(/^not_permitted: .*token/)
  expect(lab.api().addresses()).toEqual([])
})

test('a listen text that is none is refused with an example', async () => {
  await using lab = await rpcLab({})
  await expect(serve(lab, 'somewhere')).rejects.toThrow(/^bad_input: .*127\.0\.0\.1:7517/)
})

test('an address that another program has is a conflict that names it without its secrets', async () => {
  await using lab = await rpcLab({})
  await using holder = await otherProgram()
  const words = new RegExp(
    `^conflict: .*:${holder.port} is in use by node \\S*/holder.cjs token=••• \\(pid ${holder.pid}\\)`,
  )
  await expect(serve(lab, `127.0.0.1:${holder.port}`)).rejects.toThrow(words)
})

/** A program with a secret in its command line that holds a port without speaking HTTP. */
async function otherProgram(): Promise<AsyncDisposable & { readonly port: number; readonly pid: number }> {
  const folder = await temporaryFolder()
  const script = join(folder.path, 'holder.cjs')
  const listen =
    "createServer((c) => c.destroy()).listen(0, '127.0.0.1', function () { console.log(this.address().port) })"
  await writeFile(script, `require('node:net').${listen}`)
  const child = spawn(process.execPath, [script, 'token=hunter2'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  return {
    port: Number(String(line)),
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
      await folder[Symbol.asyncDispose]()
    },
  }
}

test('an address that the daemon of another home has is a conflict that says so', async () => {
  await using other = await rpcLab({})
  await using lab = await rpcLab({})
  const { host } = new URL((await serve(other)).address)
  await expect(serve(lab, host)).rejects.toThrow(/^conflict: .*the Procession of another home, .*\(pid \d+\)/)
})

test('a port of a server that says nothing is still named', async () => {
  await using lab = await rpcLab({})
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await expect(serve(lab, `127.0.0.1:${port}`)).rejects.toThrow(/^conflict: .*\(pid \d+\)/)
  silent.close()
})
