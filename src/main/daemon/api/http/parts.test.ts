import { describe, expect, test } from 'vitest'
import { isLoopback, parseListen } from './listen-address.ts'
import { createLoginLimit } from './login-limit.ts'
import { createOneTimeTokens } from './one-time-tokens.ts'
import { parseListeningSockets } from './proc-net-tcp.ts'

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

/** Lines recorded on Linux 6.18: listeners of three users, a connection of one, closed ones; then a damaged line. */
const procNetTcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   0: 0100007F:1D5D 00000000:0000 0A 00000000:00000001 00:00000000 00000000  1000        0 234623 2 00000000e3d9217b 100 0 0 10 0                    
   1: 00000000:08AE 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 234624 1 0000000020ef2b26 100 0 0 10 0                    
   3: 0100007F:899F 0100007F:9BA2 06 00000000:00000000 03:000011BC 00000000     0        0 0 3 0000000005be81fc                                      
  33: 0100007F:9E04 0100007F:1D5D 01 00000000:00000000 00:00000000 00000000     0        0 234627 2 000000006135b887 20 0 0 10 -1                    
`
const procNetTcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 234626 1 0000000052c05356 100 0 0 10 0
   1: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 234625 1 000000009faa8fcc 100 0 0 10 0
   2: 00000000000000000000000001000000:810D 00000000000000000000000001000000:C396 06 00000000:00000000 03:000011E2 00000000     0        0 0 3 000000003afd62fd
   3: 00000000000000000000000001000000:C39E 000000000
`

test('listening sockets are read from /proc/net/tcp and tcp6', () => {
  expect(parseListeningSockets(procNetTcp)).toEqual([
    { address: '127.0.0.1', port: 7517, uid: 1000, inode: '234623' },
    { address: '0.0.0.0', port: 2222, uid: 0, inode: '234624' },
  ])
  expect(parseListeningSockets(procNetTcp6)).toEqual([
    { address: '::', port: 8081, uid: 1001, inode: '234626' },
    { address: '::1', port: 8080, uid: 1001, inode: '234625' },
  ])
  expect(parseListeningSockets('')).toEqual([])
})
