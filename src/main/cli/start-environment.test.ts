import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { callerEnvironment, readSecrets, readVariables } from './start-environment.ts'

test('only what finds programs and libraries is passed on', () => {
  const environment = {
    PATH: '/bin',
    VIRTUAL_ENV: '/venv',
    CONDA_PREFIX: '/conda',
    CUDA_VISIBLE_DEVICES: '0',
    LD_LIBRARY_PATH: '/lib',
    API_KEY: 'secret',
    LD_PRELOAD: '/evil.so',
    HOME: '/root',
    PATHEXT: 'x',
    CONDA: 'x',
  }
  expect(Object.keys(callerEnvironment(environment)).sort()).toEqual([
    'CONDA_PREFIX',
    'CUDA_VISIBLE_DEVICES',
    'LD_LIBRARY_PATH',
    'PATH',
    'VIRTUAL_ENV',
  ])
})

test('--env wins over the file, the last --env over the first', async () => {
  await using folder = await temporaryFolder()
  writeFileSync(path.join(folder.path, 'run.env'), '# comment\nA=1\nexport B="two words"\nC=3\n')
  expect(readVariables('run.env', ['C=4', 'D=5', 'D=6'], folder.path)).toEqual({
    ok: true,
    value: { A: '1', B: 'two words', C: '4', D: '6' },
  })
})

test('a file that cannot be read is named', () => {
  expect(readVariables('/nowhere/run.env', [], '/')).toMatchObject({
    ok: false,
    code: 'bad_input',
    message: expect.stringContaining('/nowhere/run.env'),
  })
})

test('secrets come from the environment, then from the person', async () => {
  const asked: string[] = []
  const ask = async (name: string) => {
    asked.push(name)
    return 'typed'
  }
  expect(await readSecrets(['API_KEY', 'TOKEN'], { API_KEY: 'set' }, ask)).toEqual({
    ok: true,
    value: { API_KEY: 'set', TOKEN: 'typed' },
  })
  expect(asked).toEqual(['TOKEN'])
})

test.each([
  ['without a terminal', null],
  ['when the person gives up', async () => null],
])('a missing secret is refused %s', async (_, ask) => {
  expect(await readSecrets(['TOKEN'], {}, ask)).toMatchObject({ ok: false, code: 'bad_input' })
})

test('a value on the command line is refused without repeating it', async () => {
  const answer = await readSecrets(['TOKEN=hunter2'], {}, null)
  expect(answer).toMatchObject({ ok: false, code: 'bad_input' })
  expect(JSON.stringify(answer)).not.toContain('hunter2')
})
