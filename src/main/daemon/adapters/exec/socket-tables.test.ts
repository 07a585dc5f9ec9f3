import { describe, expect, test } from 'vitest'
import { parseSocketTable } from '../../../../shared/linux/socket-table.ts'
import { socketLists } from './socket-lists.ts'
import { type HeldSocket, SocketTables } from './socket-tables.ts'

/**
 * Recorded from one program: it listens on three ports, connects to each of them and to itself through an IPv4 address
 * mapped into IPv6, holds a connection in CLOSE_WAIT (08) and three UDP sockets.
 */
const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   1: 0100007F:C687 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1010802 1 00000000b2d675e5 100 0 0 10 0                   
   2: 0100007F:E5AE 0100007F:C687 01 00000000:00000000 00:00000000 00000000     0        0 1010805 2 00000000ef5a77b9 20 0 0 10 -1                   
   3: 0100007F:E5B6 0100007F:C687 08 00000000:00000001 00:00000000 00000000     0        0 1010811 2 00000000b5a29daf 20 4 0 10 -1                   
   4: 0100007F:AAB0 0100007F:8809 01 00000000:00000000 00:00000000 00000000     0        0 1010807 2 00000000021c3772 20 0 0 10 -1                   
   5: 0100007F:C687 0100007F:E5AE 01 00000000:00000000 00:00000000 00000000     0        0 1010806 1 00000000bfea0686 20 0 0 10 -1                   
`
const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:8809 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1010803 1 0000000052c05356 100 0 0 10 0
   1: 00000000000000000000000001000000:8FA5 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1010804 1 0000000096efb531 100 0 0 10 0
   2: 00000000000000000000000001000000:8FA5 00000000000000000000000001000000:99CE 01 00000000:00000000 00:00000000 00000000     0        0 1010810 1 000000009faa8fcc 20 0 0 10 -1
   3: 00000000000000000000000001000000:99CE 00000000000000000000000001000000:8FA5 01 00000000:00000000 00:00000000 00000000     0        0 1010809 2 00000000444a7f33 20 0 0 10 -1
   4: 0000000000000000FFFF00000100007F:8809 0000000000000000FFFF00000100007F:AAB0 01 00000000:00000000 00:00000000 00000000     0        0 1010808 1 00000000888b7f96 20 0 0 10 -1
`
const udp = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            
 6104: 0100007F:B936 0100007F:0035 01 00000000:00000000 00:00000000 00000000     0        0 1010859 2 0000000025b13106 0       
10166: 00000000:8914 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1010858 2 00000000024cfe3d 0       
`

const held = (transport: HeldSocket['transport'], ...texts: readonly string[]): HeldSocket[] =>
  texts.flatMap(parseSocketTable).map((socket) => ({ ...socket, transport }))

describe('the lists of a process', () => {
  const all = [...held('tcp', tcp, tcp6), ...held('udp', udp)]

  test('who listens, where it connected to, and UDP', () => {
    expect(socketLists(all)).toEqual({
      listen: ['127.0.0.1:50823', '[::1]:36773', '[::]:34825'],
      established: ['127.0.0.1:34825', '127.0.0.1:50823', '[::1]:36773'],
      udp: ['0.0.0.0:35092', '127.0.0.1:47414'],
    })
  })

  test('a connection from outside is one only to who listens there', () => {
    const accepted = all.filter(({ inode }) => inode === '1010806')
    expect(socketLists(accepted).established).toEqual(['127.0.0.1:58798'])
  })

  test('a socket in CLOSE_WAIT is in no list and hides nothing', () => {
    const closing = all.filter(({ state }) => state === '08')
    expect(closing).toHaveLength(1)
    expect(socketLists(closing)).toEqual({ listen: [], established: [], udp: [] })
  })
})

describe('the tables of a namespace', () => {
  const counting = (texts: Readonly<Record<string, string>>) => {
    const paths: string[] = []
    const read = (path: string) => {
      paths.push(path)
      return texts[path.slice(path.lastIndexOf('/') + 1)]
    }
    return { paths, tables: new SocketTables(read) }
  }

  test('are read once', () => {
    const { paths, tables } = counting({ tcp, tcp6, udp, udp6: '' })
    const sockets = tables.of(process.pid)
    expect(tables.of(process.pid)).toBe(sockets)
    expect(tables.of(process.ppid)).toBe(sockets)
    expect(paths).toHaveLength(4)
    expect(sockets?.get('socket:[1010859]')).toMatchObject({ transport: 'udp', inode: '1010859' })
  })

  test('lack those of IPv6 where it is off', () => {
    expect(counting({ tcp, udp }).tables.of(process.pid)?.size).toBe(7)
  })

  test('are not taken from a process that ends meanwhile', () => {
    const { paths, tables } = counting({})
    expect(tables.of(process.pid)).toBeUndefined()
    expect(tables.of(process.pid)).toBeUndefined()
    expect(paths).toHaveLength(8)
  })

  test('are not there for a process that is gone', () => {
    const { paths, tables } = counting({ tcp })
    expect(tables.of(99_999_999)).toBeUndefined()
    expect(paths).toEqual([])
  })
})
