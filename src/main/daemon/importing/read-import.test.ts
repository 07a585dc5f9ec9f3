import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileTree } from '../../../../test/helpers/file-tree.ts'
import { readImport } from './read-import.ts'

const compose = 'processes:\n  a: {command: x}\n'
const supervisord = '; comment\n[program:a]\ncommand=x\n'
const own = 'procession: 1\nprocesses: [{alias: a, command: [x]}]\n'

describe('which format a file has', () => {
  test.each([
    ['Procfile', 'a: x\n', 'procfile'],
    ['Procfile.dev', 'a: x\n', 'procfile'],
    ['app.Procfile', 'a: x\n', 'procfile'],
    ['process-compose.yaml', compose, 'process-compose'],
    ['compose.yml', compose, 'process-compose'],
    ['no-extension', compose, 'process-compose'],
    ['supervisord.conf', supervisord, 'supervisord'],
    ['a.ini', supervisord, 'supervisord'],
    ['anything', supervisord, 'supervisord'],
    ['session.yaml', own, 'procession'],
    ['session.backup', own, 'procession'],
  ])('%s', (name, text, format) => {
    const plan = readImport(join(fileTree({ [name]: text }), name))
    expect(plan).toMatchObject({ ok: true, value: { format, processes: [{ alias: 'a', argv: ['x'] }] } })
  })

  test.each([
    ['empty.yaml', ''],
    ['list.yaml', '- a\n'],
    ['other.yaml', 'services: {}\n'],
    ['plain.conf', 'user nobody;\n'],
    ['other.ini', '[section]\nkey=value\n'],
    ['text', 'hello\n'],
  ])('%s is none of them, and the formats are listed', (name, text) => {
    expect(readImport(join(fileTree({ [name]: text }), name))).toMatchObject({
      ok: false,
      code: 'bad_input',
      message: expect.stringContaining('of no format'),
      hint: expect.stringMatching(/Procfile.*process-compose.*supervisord.*gutools/),
    })
  })

  test('a file of a gutools session asks for its folder', () => {
    const folder = fileTree({ 'session.yaml': 'dependences: {a: [b]}\n' })
    expect(readImport(join(folder, 'session.yaml'))).toMatchObject({ hint: 'Give the folder of the session' })
  })

  test('a folder is searched for the one file that it may hold', () => {
    expect(readImport(fileTree({ Procfile: 'a: x\n' }))).toMatchObject({ ok: true, value: { format: 'procfile' } })
    expect(readImport(fileTree({ 'supervisord.conf': supervisord, etc: '' }))).toMatchObject({ ok: true })
    expect(readImport(fileTree({ Procfile: 'a: x\n', 'process-compose.yaml': compose }))).toMatchObject({
      ok: false,
      code: 'ambiguous',
      message: expect.stringContaining('Procfile and process-compose.yaml'),
    })
    expect(readImport(fileTree())).toMatchObject({ ok: false, code: 'bad_input' })
  })

  test('what is not there is not found', () => {
    expect(readImport(join(fileTree(), 'none.yaml'))).toMatchObject({ ok: false, code: 'not_found' })
  })

  test('broken YAML is refused with its line', () => {
    const folder = fileTree({ 'process-compose.yaml': 'processes:\n  a: {command: x\n  b: y\n' })
    expect(readImport(folder)).toMatchObject({ ok: false, message: expect.stringMatching(/, line 3 is not YAML/) })
  })

  test('of other tools 1 MiB is read, of ours 4 MiB', () => {
    const filler = `# ${'x'.repeat(1_100_000)}\n`
    const folder = fileTree({ 'c.yaml': filler + compose, 's.conf': filler + supervisord, 'o.yaml': filler + own })
    for (const name of ['c.yaml', 's.conf']) {
      expect(readImport(join(folder, name))).toMatchObject({
        ok: false,
        message: expect.stringContaining('larger than 1 MiB'),
      })
    }
    expect(readImport(join(folder, 'o.yaml'))).toMatchObject({ ok: true })
  })
})

describe('whatever a file holds', () => {
  const pieces = fc.constantFrom(
    ...[
      'procession: 1',
      'processes:',
      '  a:',
      '  - alias: a',
      '    command: x',
      '    env: {A: b}',
      '    <<: *x',
      '  &x b: 1',
    ],
    ...[
      '[program:a]',
      '[include]',
      'files=*',
      'command=%(here)s "',
      'numprocs=9',
      'environment=A="b',
      'a: b',
      ': ',
      '\t',
      '{',
      '"',
    ],
    ...[
      '    depends_on: {a: {condition: x}}',
      '    readiness_probe: {http_get: 1}',
      '    ready: {port: x}',
      'dependences: {a: [b]}',
    ],
  )
  const text = fc
    .array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 30 })
    .map((lines) => lines.join('\n'))

  test.each(['Procfile', 'a.yaml', 'a.conf'])('%s gives a plan or a failure, never an exception', (name) => {
    const path = join(fileTree(), name)
    fc.assert(
      fc.property(text, (content) => {
        writeFileSync(path, content)
        const plan = readImport(path)
        expect(plan.ok ? plan.value.format : plan.message).not.toBe('')
      }),
      { numRuns: 300 },
    )
  })
})
