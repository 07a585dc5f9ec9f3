import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fingerprint } from '../domain/fingerprint.ts'
import { normalise, normaliseEndpoint, normalisePath } from './normalise.ts'

const ephemeralFrom = 32_768

test.each([
  ['127.0.0.1:32768', '127.0.0.1:*'],
  ['[::1]:60999', '[::1]:*'],
  ['[::]:65535', '[::]:*'],
  ['0.0.0.0:32767', '0.0.0.0:32767'],
  ['[::]:80', '[::]:80'],
  ['[::]:*', '[::]:*'],
  ['/tmp/socket', '/tmp/socket'],
])('port of %s: %s', (endpoint, normal) => expect(normaliseEndpoint(endpoint, ephemeralFrom)).toBe(normal))

describe('names that were drawn by lot', () => {
  test.each([
    ['mkstemp(3)', '/tmp/vimAb3dE9', '/tmp/*'],
    ['mkstemp(3) after a dot', '/tmp/build.Xk2q9Z', '/tmp/build.*'],
    ['mktemp(1)', '/tmp/tmp.4fGhT0aBc9', '/tmp/tmp.*'],
    ['mkdtemp of Node', '/tmp/procession-aB3xYz/out.log', '/tmp/procession-*/out.log'],
    ['tempfile of Python', '/tmp/tmpk3v9xq2b', '/tmp/tmp*'],
    ['tempfile of Python with a bar', '/tmp/tmpab_c0def.txt', '/tmp/tmp*.txt'],
    ['tempfile of Python without digits', '/tmp/tmpabcdefgh/x', '/tmp/tmp*/x'],
    ['File.createTempFile of Java', '/tmp/jetty8273647582736475827.dir', '/tmp/*.dir'],
    ['a service of systemd', '/tmp/systemd-private-0f1e2d3c4b5a69788796a5b4c3d2e1f0-a.service-Qw3rTy', undefined],
    ['a UUID', '/tmp/550e8400-e29b-41d4-a716-446655440000.sock', '/tmp/*.sock'],
    ['a hash', '/tmp/cache-9e107d9d372bb6826bd81d3542a419d6', '/tmp/cache-*'],
    ['a number', '/tmp/run.482913', '/tmp/run.*'],
  ])('%s', (_, path, normal = '/tmp/systemd-private-*-a.service-*') => expect(normalisePath(path)).toBe(normal))

  test.each([
    '/tmp/database.log',
    '/tmp/worker12/server.pid',
    '/tmp/Session2.lock',
    '/tmp/CACHE01',
    '/tmp/hsperfdata_root/4242',
    '/tmp/a1b2c',
    '/tmp/release-2024.10.1',
    '/var/lib/app/Ab3dE9Xk',
    '/home/me/tmp/tmpk3v9xq2b',
    '/tmpk3v9xq2b',
  ])('and not %s', (path) => expect(normalisePath(path)).toBe(path))

  test('two runs of mkstemp give the same name, but for three in a hundred', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
    const random = fc.string({ unit: fc.constantFrom(...letters), minLength: 6, maxLength: 6 })
    const names = fc.sample(fc.noBias(random), { numRuns: 5000, seed: 1 })
    const missed = names.filter((name) => normalisePath(`/tmp/x.${name}`) !== '/tmp/x.*')
    expect(missed.length / names.length).toBeLessThan(0.04)
  })
})

describe('a whole fingerprint', () => {
  const live: Fingerprint = {
    cmdline: ['/tmp/tmpk3v9xq2b', '127.0.0.1:45001'],
    listen: ['127.0.0.1:45001', '127.0.0.1:45002', '0.0.0.0:80'],
    established: ['127.0.0.1:45001'],
    udp: ['0.0.0.0:45001'],
    files: ['/tmp/tmpk3v9xq2b', '/var/log/x'],
  }

  test('listening ports and files only, each as often as it is there', () => {
    expect(normalise(live, ephemeralFrom)).toEqual({
      ...live,
      listen: ['127.0.0.1:*', '127.0.0.1:*', '0.0.0.0:80'],
      files: ['/tmp/tmp*', '/var/log/x'],
    })
  })

  test('what could not be read stays unread', () => {
    const partial = { ...live, listen: null, established: null, udp: null, files: null }
    expect(normalise(partial, ephemeralFrom)).toEqual(partial)
  })
})

test('what is normalised stays as it is', () => {
  const path = fc.oneof(fc.webPath(), fc.string(), fc.stringMatching(/^[a-zA-Z0-9_.-]*$/)).map((text) => `/tmp/${text}`)
  fc.assert(
    fc.property(path, (text) => {
      expect(normalisePath(normalisePath(text))).toBe(normalisePath(text))
    }),
  )
})
