import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileTree } from '../../../../test/helpers/file-tree.ts'
import { readText } from './read-text.ts'

describe('text of a file', () => {
  test('comes without byte order mark and carriage returns', () => {
    const path = join(fileTree(), 'file')
    writeFileSync(path, '\ufeffa: ä\r\nb\n')
    expect(readText(path, 100)).toEqual({ ok: true, value: 'a: ä\nb\n' })
  })

  test.each([
    [
      'broken UTF-8',
      Buffer.concat([Buffer.from('ok\nä\nbad: '), Buffer.from([0xff, 0xfe, 0x0a])]),
      'line 3 is not UTF-8',
    ],
    ['a NUL', Buffer.from('ok\n\0\n'), 'line 2 contains a NUL character'],
    ['too many lines', Buffer.from('\n'.repeat(100_001)), 'line 100001 is too far down: more than 100,000 lines'],
  ])('%s is refused with its line', (_, bytes, message) => {
    const path = join(fileTree(), 'file')
    writeFileSync(path, bytes)
    expect(readText(path, 1_000_000)).toMatchObject({
      ok: false,
      code: 'bad_input',
      message: expect.stringContaining(message),
    })
  })

  test('a file over the limit is refused, one at the limit is not', () => {
    const path = join(fileTree(), 'file')
    writeFileSync(path, 'x'.repeat(1_048_577))
    expect(readText(path, 1_048_576)).toMatchObject({ ok: false, message: `${path} is larger than 1 MiB.` })
    expect(readText(path, 1_048_577).ok).toBe(true)
  })

  test('a missing file, a folder, a pipe and a device are refused without waiting', () => {
    const folder = fileTree()
    const pipe = join(folder, 'pipe')
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe])
    expect(readText(join(folder, 'none'), 10)).toMatchObject({ ok: false, code: 'not_found' })
    for (const path of [folder, pipe, '/dev/zero']) {
      expect(readText(path, 10)).toMatchObject({ ok: false, code: 'bad_input' })
    }
  })

  test('a file of /proc, which has no size, is bounded as well', () => {
    expect(readText('/proc/self/status', 10)).toMatchObject({ ok: false, message: expect.stringContaining('larger') })
  })

  test('a symbolic link is followed only where that is wanted', () => {
    const folder = fileTree()
    mkdirSync(join(folder, 'etc'))
    writeFileSync(join(folder, 'secret'), 'x')
    symlinkSync('../secret', join(folder, 'etc', 'link'))
    expect(readText(join(folder, 'etc', 'link'), 10).ok).toBe(true)
    expect(readText(join(folder, 'etc', 'link'), 10, 'nofollow')).toMatchObject({ ok: false, code: 'bad_input' })
  })
})
