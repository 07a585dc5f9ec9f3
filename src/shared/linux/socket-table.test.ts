import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeEndpoint,
  endpointText,
  parseListening,
  parseSocketLine,
  parseSocketTable,
  type TableSocket,
} from './socket-table.ts'

/** Recorded from a program that listens, connects, holds a connection in CLOSE_WAIT (08) and uses UDP. */
const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1138 1 000000008f9de6d9 100 0 0 10 0                      
   1: 0100007F:C687 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1010802 1 00000000b2d675e5 100 0 0 10 0                   
   2: 0100007F:E5AE 0100007F:C687 01 00000000:00000000 00:00000000 00000000     0        0 1010805 2 00000000ef5a77b9 20 0 0 10 -1                   
   3: 0100007F:E5B6 0100007F:C687 08 00000000:00000001 00:00000000 00000000     0        0 1010811 2 00000000b5a29daf 20 4 0 10 -1                   
   6: 0100007F:C687 0100007F:E5B6 05 00000000:00000000 03:0000175C 00000000     0        0 0 3 0000000015ec730a                                      
`
const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:8809 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1010803 1 0000000052c05356 100 0 0 10 0
   1: 00000000000000000000000001000000:8FA5 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1010804 1 0000000096efb531 100 0 0 10 0
   4: 0000000000000000FFFF00000100007F:8809 0000000000000000FFFF00000100007F:AAB0 01 00000000:00000000 00:00000000 00000000     0        0 1010808 1 00000000888b7f96 20 0 0 10 -1
`
const udp = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            
 6104: 0100007F:B936 0100007F:0035 01 00000000:00000000 00:00000000 00000000     0        0 1010859 2 0000000025b13106 0       
10166: 00000000:8914 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1010858 2 00000000024cfe3d 0       
`
const udp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 8541: 00000000000000000000000001000000:82BB 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1010860 2 000000009209788d 0
`

const shown = ({ local, remote, state, inode }: TableSocket) =>
  [endpointText(decodeEndpoint(local)), endpointText(decodeEndpoint(remote)), state, inode].join(' ')

test('every socket that a process holds, in whichever state', () => {
  expect(parseSocketTable(tcp).map(shown)).toEqual([
    '0.0.0.0:2024 0.0.0.0:0 0A 1138',
    '127.0.0.1:50823 0.0.0.0:0 0A 1010802',
    '127.0.0.1:58798 127.0.0.1:50823 01 1010805',
    '127.0.0.1:58806 127.0.0.1:50823 08 1010811',
  ])
  expect(parseSocketTable(tcp6).map(shown)).toEqual([
    '[::]:34825 [::]:0 0A 1010803',
    '[::1]:36773 [::]:0 0A 1010804',
    '127.0.0.1:34825 127.0.0.1:43696 01 1010808',
  ])
  expect([udp, udp6].flatMap(parseSocketTable).map(shown)).toEqual([
    '127.0.0.1:47414 127.0.0.1:53 01 1010859',
    '0.0.0.0:35092 0.0.0.0:0 07 1010858',
    '[::1]:33467 [::]:0 07 1010860',
  ])
})

test('listening sockets and whose they are', () => {
  expect(parseListening(tcp).map(({ inode, uid }) => ({ inode, uid }))).toEqual([
    { inode: '1138', uid: 0 },
    { inode: '1010802', uid: 1000 },
  ])
})

test.each(['', '\n', 'sl local', '   3: 00000000000000000000000001000000:C39E 000000000', '0: x:y z 0A 0 0 0 0 0 7'])(
  'no socket: %j',
  (line) => expect(parseSocketLine(line)).toBeUndefined(),
)

test.each([
  ['0100007F:1D5D', '127.0.0.1:7517'],
  ['00000000:0000', '0.0.0.0:0'],
  ['00000000000000000000000000000000:1F90', '[::]:8080'],
  ['00000000000000000000000001000000:FFFF', '[::1]:65535'],
  ['B80D0120000000000000000001000000:0050', '[2001:db8::1]:80'],
  ['000080FE00000000FF005450B6AD1DFE:0016', '[fe80::5054:ff:fe1d:adb6]:22'],
  ['0000000000000000FFFF00000100007F:0050', '127.0.0.1:80'],
])('%s is %s', (hex, text) => expect(endpointText(decodeEndpoint(hex))).toBe(text))

/** As a little-endian kernel prints it: each 32-bit word reversed. */
const asPrinted = (groups: readonly number[]) =>
  groups
    .map((group) => group.toString(16).padStart(4, '0').toUpperCase())
    .join('')
    .replace(/(..)(..)(..)(..)/g, '$4$3$2$1')

test('every IPv6 address has its text of RFC 5952', () => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
  const groups = fc.array(group, { minLength: 8, maxLength: 8 }).filter((all) => all[5] !== 0xffff)
  fc.assert(
    fc.property(groups, (all) => {
      const written = all.map((one) => one.toString(16)).join(':')
      expect(endpointText(decodeEndpoint(`${asPrinted(all)}:0050`))).toBe(
        `${new URL(`http://[${written}]:1`).hostname}:80`,
      )
    }),
    {
      examples: [
        [[0x2001, 0xdb8, 0, 0, 1, 0, 0, 0]],
        [[0x2001, 0xdb8, 0, 1, 1, 0, 0, 0xff]],
        [[1, 0, 1, 0, 1, 0, 1, 0]],
      ],
    },
  )
})
