import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { setFuses } from './electron-fuses.mjs'
import { extractTarMember } from './tar-member.mjs'
import { unzip } from './unzip.mjs'

describe('extractTarMember', () => {
  test('finds a member behind others of odd sizes', async () => {
    await using folder = await temporaryFolder()
    const file = (name: string) => path.join(folder.path, name)
    await mkdir(file('package'))
    const content = Buffer.alloc(3 * 1024 * 1024 + 17, 'abc')
    await writeFile(file('package/a'), 'x'.repeat(513))
    await writeFile(file('package/b'), content)
    execFileSync('tar', ['-C', folder.path, '--format=ustar', '-czf', file('pack.tgz'), 'package/a', 'package/b'])
    await extractTarMember(file('pack.tgz'), 'package/b', file('out'))
    expect((await readFile(file('out'))).equals(content)).toBe(true)
    await expect(extractTarMember(file('pack.tgz'), 'package/c', file('out'))).rejects.toThrow('package/c is not in')
  })
})

describe('unzip', () => {
  test('unpacks stored, deflated and empty members with their permissions under new names', async () => {
    await using folder = await temporaryFolder()
    const archive = path.join(folder.path, 'in.zip')
    const target = path.join(folder.path, 'out')
    const text = 'much of the same '.repeat(1000)
    await writeFile(
      archive,
      zip([
        { name: 'App/', text: '', mode: 0o755, isDeflated: false },
        { name: 'App/program', text, mode: 0o755, isDeflated: true },
        { name: 'App/locales/en', text: 'stored', mode: 0o644, isDeflated: false },
        { name: 'App/empty', text: '', mode: 0o644, isDeflated: false },
        { name: 'App/left out', text: 'no', mode: 0o644, isDeflated: false },
      ]),
    )
    await unzip(archive, target, (name) => (name === 'App/left out' ? null : name.slice('App/'.length)))
    expect(await readFile(path.join(target, 'program'), 'utf8')).toBe(text)
    expect((await stat(path.join(target, 'program'))).mode & 0o777).toBe(0o755)
    expect(await readFile(path.join(target, 'locales', 'en'), 'utf8')).toBe('stored')
    expect(await readFile(path.join(target, 'empty'), 'utf8')).toBe('')
    expect(existsSync(path.join(target, 'left out'))).toBe(false)
  })

  test('refuses a member that would land outside', async () => {
    await using folder = await temporaryFolder()
    const archive = path.join(folder.path, 'in.zip')
    await writeFile(archive, zip([{ name: '../evil', text: 'x', mode: 0o644, isDeflated: false }]))
    await expect(unzip(archive, path.join(folder.path, 'out'), (name) => name)).rejects.toThrow('unsafe name')
    expect(existsSync(path.join(folder.path, 'evil'))).toBe(false)
  })
})

test('setFuses switches the named fuses and no other byte', async () => {
  await using folder = await temporaryFolder()
  const binary = path.join(folder.path, 'electron')
  const wire = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u00080000101r'
  await writeFile(binary, `before${wire}after`)
  await setFuses(binary, {
    runAsNode: false,
    nodeCliInspectArguments: true,
    loadBrowserProcessSpecificV8Snapshot: false,
  })
  expect(await readFile(binary, 'utf8')).toBe(`before${wire.replace('0000101r', '0001100r')}after`)
  await writeFile(binary, 'no fuses here')
  await expect(
    setFuses(binary, { runAsNode: true, nodeCliInspectArguments: true, loadBrowserProcessSpecificV8Snapshot: true }),
  ).rejects.toThrow('no Electron fuses')
})

interface Member {
  readonly name: string
  readonly text: string
  readonly mode: number
  readonly isDeflated: boolean
}

/** Writes a zip file (PKWARE APPNOTE 4.3), without checksums, which unzip() does not look at. */
function zip(members: readonly Member[]): Buffer {
  const bodies: Buffer[] = []
  const entries: Buffer[] = []
  let offset = 0
  for (const member of members) {
    const data = member.isDeflated ? deflateRawSync(member.text) : Buffer.from(member.text)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(member.name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(member.isDeflated ? 8 : 0, 10)
    entry.writeUInt32LE(data.length, 20)
    entry.writeUInt32LE(member.text.length, 24)
    entry.writeUInt16LE(member.name.length, 28)
    entry.writeUInt32LE((0o100000 | member.mode) * 0x10000, 38)
    entry.writeUInt32LE(offset, 42)
    bodies.push(local, Buffer.from(member.name), data)
    entries.push(entry, Buffer.from(member.name))
    offset += local.length + member.name.length + data.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, directory, end])
}
