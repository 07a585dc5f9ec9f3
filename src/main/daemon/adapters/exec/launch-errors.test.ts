import { describe, expect, test } from 'vitest'
import { explainCwd, explainFile, explainShim, explainSpawn } from './launch-errors.ts'

const systemError = (code: string) => Object.assign(new Error(`${code}: as the system says it`), { code })

describe('every failure says what failed, why, and what to do', () => {
  const explained = [
    explainCwd('/srv/work', systemError('EACCES')),
    explainCwd('/srv/work', 'ENOTDIR'),
    explainCwd('/srv/work', systemError('EMFILE')),
    explainFile('/srv/out', systemError('EACCES')),
    explainFile('/srv/out', systemError('EROFS')),
    explainFile('/srv/out', systemError('ENOSPC')),
    explainFile('/srv/out', systemError('EDQUOT')),
    explainShim('/srv/shims', systemError('EACCES')),
    explainShim('/srv/shims', systemError('ENOSPC')),
    explainSpawn('/bin/sh', systemError('EAGAIN')),
    explainSpawn('/bin/sh', systemError('EMFILE')),
    explainSpawn('/bin/sh', systemError('ENFILE')),
    explainSpawn('/bin/sh', systemError('ENOMEM')),
    explainSpawn('/bin/sh', systemError('EACCES')),
  ]

  test.each(explained)('$message', ({ message, hint }) => {
    expect(message).toMatch(/^Cannot (start|write|prepare) .+: .+\.$/)
    expect(message).not.toContain('as the system says it')
    expect(hint).toMatch(/^[A-Z].+\.$/)
  })

  test('permissions, a full disk and missing things are told apart', () => {
    expect(explainFile('/srv/out', systemError('EACCES')).code).toBe('not_permitted')
    expect(explainFile('/srv/out', systemError('ENOSPC'))).toMatchObject({
      code: 'failed',
      message: expect.stringContaining('the disk is full'),
    })
    expect(explainFile('/srv/out', systemError('ENOENT')).code).toBe('not_found')
  })

  test('an unknown reason is given in the words of the system', () => {
    expect(explainSpawn('/bin/sh', systemError('EWEIRD')).message).toBe(
      'Cannot start a process: EWEIRD: as the system says it.',
    )
  })
})
