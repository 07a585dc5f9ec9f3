import { describe, expect, test } from 'vitest'
import { parseSocketTable } from '../../../shared/linux/socket-table.ts'
import { tcp, tcp6, udp } from './fixtures/sockets.ts'
import { type HeldSocket, socketLists, socketsOf } from './socket-lists.ts'

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

test('a namespace whose table of TCP could not be read is not one without sockets', () => {
  expect(socketsOf(new Map([['udp', udp]]))).toBeUndefined()
  expect(
    socketsOf(
      new Map([
        ['udp', udp],
        ['tcp', tcp],
      ]),
    )?.size,
  ).toBe(7)
})
