import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { decodeEndpoint, parseListening, type TableSocket } from '../../../../shared/linux/socket-table.ts'
import { redactArgv } from '../../../../shared/text/redact.ts'
import { authorityOf, type ListenAddress } from './listen-address.ts'
import { serverName } from './routes.ts'

/** Somebody who holds a port and answers HTTP does so at once; the person waits for the message. */
const probeTimeoutMs = 1000
/** Enough to recognise a program by. */
const maxCommandLength = 80

/** Says, for people, who listens on an address that we cannot have. */
export async function describePortHolder(address: ListenAddress): Promise<string> {
  const [isOurs, program] = await Promise.all([isProcession(address), findProgram(address)])
  return isOurs ? `the Procession of another home, ${program}` : program
}

async function isProcession(address: ListenAddress): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(probeTimeoutMs)
    const response = await fetch(`http://${authorityOf(address)}/`, { signal, redirect: 'manual' })
    await response.body?.cancel()
    return response.headers.get('Server')?.startsWith(`${serverName}/`) ?? false
  } catch {
    return false
  }
}

async function findProgram(address: ListenAddress): Promise<string> {
  const socket = await findSocket(address)
  if (!socket) return 'another program'
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (await holds(pid, socket.inode)) return `${await commandOf(pid)} (pid ${pid})`
  }
  return `a program of another user (uid ${socket.uid})`
}

async function findSocket({ host, port }: ListenAddress): Promise<TableSocket | undefined> {
  const texts = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  )
  const sockets = texts.flatMap(parseListening)
  const listensOn = (isAddress: (address: string) => boolean) =>
    sockets.find(({ local }) => {
      const endpoint = decodeEndpoint(local)
      return endpoint.port === port && isAddress(endpoint.address)
    })
  return listensOn((address) => address === host) ?? listensOn(isWildcard)
}

const isWildcard = (address: string) => address === '0.0.0.0' || address === '::'

/** Processes that end meanwhile, and those of other users, hold nothing as far as we can see. */
async function holds(pid: string, inode: string): Promise<boolean> {
  const folder = join('/proc', pid, 'fd')
  const names = await readdir(folder).catch(() => [])
  const links = await Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => '')))
  return links.includes(`socket:[${inode}]`)
}

async function commandOf(pid: string): Promise<string> {
  const text = await readFile(join('/proc', pid, 'cmdline'), 'utf8').catch(() => '')
  const [program = '', ...args] = redactArgv(text.split('\0').filter((argument) => argument !== ''))
  const command = printable([basename(program), ...args].join(' '))
  if (command === '') return 'another program'
  return command.length > maxCommandLength ? `${command.slice(0, maxCommandLength)}…` : command
}

/** It goes to a terminal, and a program names itself as it likes. */
const printable = (text: string) => text.replace(/\p{Cc}/gu, '')
