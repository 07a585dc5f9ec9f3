import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { listeningInode, socketHolder } from './socket-holder.ts'

const table = [
  'Num       RefCount Protocol Flags    Type St Inode Path',
  '000000001eb68ae7: 00000003 00000000 00000000 0001 03   559',
  '0000000000000001: 00000003 00000000 00000000 0001 03 99001 /run/a folder/daemon.sock',
  '0000000000000002: 00000002 00000000 00010000 0001 01 99002 /run/a folder/daemon.sock',
  '0000000000000003: 00000002 00000000 00010000 0001 01 99003 /run/a folder/daemon.sock2',
].join('\n')

test('of the sockets of one path only the one that accepts connections counts', () => {
  expect(listeningInode(table, '/run/a folder/daemon.sock')).toBe('99002')
  expect(listeningInode(table, '/run/a folder')).toBeNull()
})

test('who listens is found, and nobody after the end', async () => {
  await using folder = await temporaryFolder()
  const socket = path.join(folder.path, 'daemon.sock')
  const server = createServer()
  server.listen(socket)
  await once(server, 'listening')
  expect(socketHolder(socket)).toBe(process.pid)
  server.close()
  await once(server, 'close')
  expect(socketHolder(socket)).toBeNull()
})
