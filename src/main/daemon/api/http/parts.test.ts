import { describe, expect, test } from 'vitest'
import { isLoopback, parseListen } from './listen-address.ts'
import { createLoginLimit } from './login-limit.ts'
import { createOneTimeTokens } from './one-time-tokens.ts'

describe('parseListen', () => {
  test.each([
    ['127.0.0.1:7517', '127.0.0.1', 7517],
    ['localhost:80', '127.0.0.1', 80],
    ['127.0.0.1:0', '127.0.0.1', 0],
    [' [::1]:7517 ', '::1', 7517],
    [':8080', '::', 8080],
    ['0.0.0.0:65535', '0.0.0.0', 65535],
  ])('reads %j', (text, host, port) => {
    expect(parseListen(text)).toEqual({ ok: true, value: { host, port } })
  })

  test.each([
    '',
    '7517',
    'localhost',
    '127.0.0.1:',
    '127.0.0.1:x',
    '127.0.0.1:65536',
    '127.0.0.1:-1',
    '::1:80',
    '[::1',
    '[nonsense]:80',
    'example.org:80',
    '127.0.0.1.2:80',
  ])('refuses %j with an example', (text) => {
    expect(parseListen(text)).toMatchObject({
      ok: false,
      code: 'bad_input',
      hint: expect.stringContaining('127.0.0.1:7517'),
    })
  })
})

test('only 127.0.0.0/8 and ::1 are loopback', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1'].map(isLoopback)).toEqual([true, true, true, true])
  expect(['0.0.0.0', '::', '192.168.1.27', '10.127.0.1', '::2', 'fe80::1', '2001::1'].map(isLoopback)).toEqual(
    Array(7).fill(false),
  )
})

test('a one-time token is good once, and the oldest are forgotten', () => {
  const tokens = createOneTimeTokens()
  const [first = '', ...others] = Array.from({ length: 101 }, () => tokens.issue())
  expect(tokens.redeem(first)).toBe(false)
  expect(tokens.redeem('')).toBe(false)
  expect(others.map(tokens.redeem)).toEqual(Array(100).fill(true))
  expect(others.map(tokens.redeem)).toEqual(Array(100).fill(false))
})

describe('failed logins', () => {
  test('block an address after ten within a minute, and no other', () => {
    let now = 0
    const limit = createLoginLimit(() => now)
    for (let time = 0; time < 10; time += 1) {
      expect(limit.blocked('a')).toBe(false)
      now += 1000
      limit.failed('a')
    }
    expect(limit.blocked('a')).toBe(true)
    expect(limit.blocked('b')).toBe(false)
    now = 61_000
    expect(limit.blocked('a')).toBe(false)
  })

  test('are remembered for a bounded number of addresses', () => {
    const limit = createLoginLimit(() => 0)
    for (let time = 0; time < 10; time += 1) limit.failed('first')
    for (let address = 0; address < 1000; address += 1) limit.failed(`other ${address}`)
    expect(limit.blocked('first')).toBe(false)
  })
})
