import { expect, test } from 'vitest'
import { parseListening } from './sockets.ts'

const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1D5D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31337 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1D5D 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 31338 1 0000000000000000 20 4 30 10 -1
   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 555 1 0000000000000000 100 0 0 10 0
`
const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 78 1 0000000000000000 100 0 0 10 0
   2: B80D0120000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 79 1 0000000000000000 100 0 0 10 0
`

test('listening sockets, and only those, as ip:port', () => {
  expect(parseListening(tcp)).toEqual([
    { inode: '31337', address: '127.0.0.1:7517' },
    { inode: '555', address: '0.0.0.0:22' },
  ])
  expect(parseListening(tcp6).map((socket) => socket.address)).toEqual([
    '[::]:8080',
    '[::1]:8081',
    '[2001:db8:0:0:0:0:0:1]:80',
  ])
})

test('a table that cannot be read lists nothing', () => expect(parseListening('')).toEqual([]))
