import { describe, expect, test } from 'vitest'
import { tcp, tcp6, udp } from '../../host/fixtures/sockets.ts'
import { SocketTables } from './socket-tables.ts'

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
