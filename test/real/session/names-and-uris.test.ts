import { chmodSync, existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { nameOfUri } from '../../../src/main/daemon/workspace/names.ts'
import type { InputOf } from '../../../src/shared/contract/contract.ts'
import type { ProcessRow } from '../../../src/shared/domain/rows.ts'
import { DaemonLab, pidOf } from '../../helpers/daemon-lab.ts'
import { forgetAll, isUp, refused } from '../../helpers/session-rows.ts'
import { until } from '../../helpers/until.ts'

let lab: DaemonLab
beforeAll(async () => {
  lab = await DaemonLab.start()
  writeFileSync(printer(), '#!/bin/sh\nfor word in "$@"; do printf "[%s]" "$word"; done\necho .\n')
  chmodSync(printer(), 0o755)
})
afterEach(() => forgetAll(lab))
afterAll(() => lab[Symbol.asyncDispose]())

/** Writes its arguments, each in brackets, and ends. */
const printer = (): string => path.join(lab.folder, 'print')

type StartRequest = Omit<InputOf<'process.start'>, 'workspace'>
const tryStart = (request: StartRequest) => lab.try('process.start', { workspace: lab.workspace, ...request })
async function start(request: StartRequest): Promise<ProcessRow> {
  return (await lab.ask('process.start', { workspace: lab.workspace, restart: 'never', ...request })).process
}

/** What the printer of this URI wrote. */
async function printed(request: StartRequest): Promise<string> {
  const row = await start(request)
  return until(() => lab.output(row).endsWith('.\n') && lab.output(row).trim(), { what: 'its arguments' })
}

describe('URIs', () => {
  test.each([
    ['', '.'],
    ['?username=me&port=7496', '[username=me][port=7496].'],
    ['?b=1&a=2&b=3', '[b=1][a=2][b=3].'],
    ['?empty=&bare', '[empty=][bare].'],
    ['?a=one+two%20three&%26=%3D', '[a=one two three][&==].'],
  ])('exec with the query %j has the arguments %s', async (query, expected) => {
    expect(await printed({ uri: `exec://localhost${printer()}${query}` })).toBe(expected)
  })

  test('more arguments follow those of the query', async () => {
    const args = ['--flag', 'value with space', '']
    expect(await printed({ uri: `exec://localhost${printer()}?a=1`, args })).toBe('[a=1][--flag][value with space][].')
  })

  test.each(['', 'localhost', hostname()])('the host %j is this machine', async (host) => {
    expect(await printed({ uri: `exec://${host}${printer()}` })).toBe('.')
  })

  test.each([
    ['a host that is none', 'exec://-oProxyCommand=x/bin/true', 'not a host name'],
    ['a port, which ssh has settings for', 'exec://elsewhere:22/bin/true', 'A port in the URI'],
    ['a relative path', 'exec://localhost', 'path'],
    ['two slashes', 'exec://localhost//bin/true', 'path'],
    ['a home that a shell would expand', 'exec://localhost/~/x', 'not found'],
    ['the supervisor itself', 'session://supervisor', 'reserved'],
    ['what attach makes', 'attached://00sleep', 'reserved'],
    ['a later version', 'docker://local/image', 'not supported by this version'],
    ['a scheme without a handler', 'nobody://localhost/x', 'No handler for "nobody://"'],
    ['no URI', 'just words', 'scheme://host/path'],
  ])('%s is refused, and nothing is recorded', async (_, uri, words) => {
    const failure = refused(await tryStart({ uri }))
    expect(['bad_input', 'not_found']).toContain(failure.code)
    expect(failure.message).toContain(words)
    expect((await lab.ask('rows.list', { workspace: lab.workspace })).processes).toEqual([])
  })
})

describe('schemes of config.yaml', () => {
  const uri = 'ib://localhost:9090/master-trader?account=0&tws=master.tws'
  const writeConfig = (text: string) => writeFileSync(lab.places.config, text)
  const handler = (...words: string[]) => writeConfig(`handlers:\n  ib: ${JSON.stringify([printer(), ...words])}\n`)
  /** The file is watched: it holds a moment after it was written. */
  const untilPrints = (expected: string) =>
    until(
      async () => {
        if (!(await tryStart({ uri, alias: 'trader', restart: 'never' })).ok) return false
        const row = await lab.untilRow('trader', 'has ended', ({ life }) => life.kind === 'exited')
        return lab.output(row).endsWith(expected)
      },
      { what: expected },
    )

  test('begin, change and end while the daemon runs; one that cannot be read changes nothing', async () => {
    expect(refused(await tryStart({ uri })).hint).toContain('handlers: in config.yaml')
    handler('{path}', '{query}')
    await untilPrints('[/master-trader][account=0][tws=master.tws].\n')
    const row = await lab.row('trader')
    expect(row).toMatchObject({
      uri,
      name: nameOfUri(uri),
      argv: [printer(), '/master-trader', 'account=0', 'tws=master.tws'],
    })

    handler('new', '{host}', '{port}', '{alias}', '{fragment}', '{uri}')
    await untilPrints(`[new][localhost][9090][trader][][${uri}].\n`)
    expect(await lab.row('trader')).toMatchObject({ id: row.id, name: row.name })

    writeConfig('handlers:\n  ib: [atlas\n')
    await until(() => readFileSync(lab.places.log, 'utf8').includes('config.yaml is wrong'), { what: 'the warning' })
    await untilPrints(`[${uri}].\n`)

    writeConfig('handlers: {}\n')
    await until(async () => !(await tryStart({ uri, restart: 'never' })).ok, { what: 'the end of the handler' })
    // What is recorded is started as it was recorded.
    await lab.ask('process.startKnown', { targets: [lab.target('trader')] })
  })

  test('a scheme with a meaning of its own cannot be taken', async () => {
    writeConfig(`handlers:\n  exec: ["/bin/false"]\n`)
    await until(() => readFileSync(lab.places.log, 'utf8').includes('has a meaning of its own'), {
      what: 'the warning',
    })
    expect(await printed({ uri: `exec://localhost${printer()}` })).toBe('.')
  })
})

/** Two URIs that differ and get one name: of a few thousand there are some (the birthday problem). */
function collidingUris(): readonly [string, string] {
  const seen = new Map<string, string>()
  for (let seconds = 100_000; ; seconds++) {
    const uri = `exec://localhost/bin/sleep?${seconds}`
    const other = seen.get(nameOfUri(uri))
    if (other !== undefined) return [other, uri]
    seen.set(nameOfUri(uri), uri)
  }
}

describe('names', () => {
  test("are the original's, made of the real URI, also where that holds a secret", async () => {
    const uri = `exec://localhost${printer()}?username=myuser&password=mypassword`
    const row = await start({ uri })
    expect(row.name).toBe(nameOfUri(uri))
    expect(row.uri).toBe(`exec://localhost${printer()}?username=myuser&password=•••`)
  })

  test('get a number where another URI has the name, and each stays itself', async () => {
    const [one, other] = collidingUris()
    const rows = [await start({ uri: one }), await start({ uri: other })]
    const base = nameOfUri(one)
    expect(rows.map(({ name }) => name)).toEqual([base, `${base}-2`])
    expect(rows.map(({ uri }) => uri)).toEqual([one, other])
    expect(existsSync(path.join(lab.workspace, 'etc', `${base}-2.yaml`))).toBe(true)
    // A whole name means itself, however many begin with it.
    expect((await lab.row(base)).id).toBe(rows[0]?.id)
    expect(refused(await lab.try('process.show', lab.target(base.slice(0, -1))))).toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining(`${base}, ${base}-2`),
    })
    for (const row of rows) expect(isUp(await lab.row(row.name))).toBe(true)
    const again = refused(await tryStart({ uri: other }))
    expect(again.message).toContain(`${base}-2 is running already`)
  })

  test('do not change; aliases do', async () => {
    const uri = 'exec://localhost/bin/sleep?99999'
    const row = await start({ uri, name: 'chosen', alias: 'first' })
    expect(row.name).toBe('chosen')
    const link = (alias: string) => path.join(lab.workspace, 'etc', `${alias}.yaml`)
    expect(readlinkSync(link('first'))).toBe('chosen.yaml')
    await lab.ask('process.stop', { targets: [lab.target('chosen')], now: true, wait: true })
    expect(refused(await tryStart({ uri, name: 'other' })).code).toBe('conflict')
    const renamed = await lab.ask('process.start', { workspace: lab.workspace, uri, alias: 'second' })
    expect(renamed).toMatchObject({ process: { id: row.id, name: 'chosen', alias: 'second' }, changed: ['alias'] })
    expect(existsSync(link('first'))).toBe(false)
    expect(readlinkSync(link('second'))).toBe('chosen.yaml')
  })

  test('the link of an alias never takes the place of a real file', async () => {
    const file = path.join(lab.workspace, 'etc', 'mine.yaml')
    writeFileSync(file, 'mine: true\n')
    await start({ argv: ['sleep', '1000'], alias: 'mine' })
    expect(readFileSync(file, 'utf8')).toBe('mine: true\n')
    await lab.ask('process.detach', { target: lab.target('mine'), purge: false }).then(({ pid }) => {
      process.kill(pid ?? 0, 'SIGKILL')
    })
    expect(readFileSync(file, 'utf8')).toBe('mine: true\n')
  })

  test('an alias is unique among names and aliases of the session', async () => {
    const row = await start({ argv: ['sleep', '1000'], alias: 'taken' })
    for (const alias of ['taken', row.name]) {
      expect(refused(await tryStart({ argv: ['sleep', '1001'], alias })).code).toBe('conflict')
    }
    expect(refused(await tryStart({ argv: ['sleep', '1001'], name: 'taken' })).code).toBe('conflict')
    expect(refused(await tryStart({ argv: ['sleep', '1001'], alias: 'a:b' })).code).toBe('bad_input')
    // Case matters.
    await start({ argv: ['sleep', '1001'], alias: 'Taken' })
    expect((await lab.ask('rows.list', { workspace: lab.workspace })).processes).toHaveLength(2)
  })
})

describe('whom a reference means', () => {
  test('the alias, else the name, else the only one that begins so', async () => {
    const one = await start({ argv: ['sleep', '1000'], name: 'gate', alias: 'gateway' })
    const two = await start({ argv: ['sleep', '1001'], name: 'gateway-two', alias: 'gat' })
    const idOf = async (ref: string) => (await lab.row(ref)).id
    expect(await idOf('gat')).toBe(two.id)
    expect(await idOf('gate')).toBe(one.id)
    expect(await idOf('gateway')).toBe(one.id)
    expect(await idOf('gateway-')).toBe(two.id)
    const several = refused(await lab.try('process.show', lab.target('gatew')))
    expect(several).toMatchObject({ code: 'ambiguous', message: expect.stringContaining('gat, gateway') })
    for (const ref of ['ga', 'nobody', 'GATEWAY']) {
      expect(refused(await lab.try('process.show', lab.target(ref))).code).toBe('not_found')
    }
    const stop = lab.try('process.stop', { targets: [lab.target('gate'), lab.target('gatew')], now: true, wait: true })
    expect(refused(await stop).code).toBe('ambiguous')
    // Nothing is done by halves.
    expect(pidOf(await lab.row('gate'))).toBe(pidOf(one))
  })

  test('in every session its own', async () => {
    const other = lab.makeFolder('other')
    await lab.ask('sessions.init', { path: other })
    const here = await start({ argv: ['sleep', '1000'], alias: 'same' })
    const there = await lab.startScript('same', 'exec sleep 1000', { workspace: other })
    expect(there.id).not.toBe(here.id)
    expect((await lab.row('same')).id).toBe(here.id)
    const targets = [{ workspace: other, ref: 'same' }]
    await lab.ask('process.stop', { targets, now: true, wait: true })
    expect(isUp(await lab.row('same'))).toBe(true)
  })
})
