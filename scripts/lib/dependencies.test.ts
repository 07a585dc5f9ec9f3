import { describe, expect, test } from 'vitest'
import { environmentForNpm, lockDifferences } from './dependencies.mjs'

const zod = { version: '4.6.7', integrity: 'sha512-a' }
const project = { version: '0.1.0' }

describe('lockDifferences', () => {
  test('finds none where everything is installed as locked', () => {
    const lock = { packages: { '': project, 'node_modules/zod': zod } }
    expect(lockDifferences(lock, { packages: { 'node_modules/zod': zod } })).toEqual([])
  })

  test('finds a missing package, another version, other content and one too many', () => {
    const locked = { packages: { 'node_modules/a': zod, 'node_modules/b': zod, 'node_modules/c': zod } }
    const installed = {
      packages: {
        'node_modules/b': { ...zod, version: '4.6.6' },
        'node_modules/c': { ...zod, integrity: 'sha512-b' },
        'node_modules/d': zod,
      },
    }
    expect(lockDifferences(locked, installed)).toEqual([
      'node_modules/a',
      'node_modules/b',
      'node_modules/c',
      'node_modules/d',
    ])
  })

  test('allows an optional package, which may be for another system, to be missing', () => {
    const locked = { packages: { 'node_modules/fsevents': { ...zod, optional: true } } }
    expect(lockDifferences(locked, { packages: {} })).toEqual([])
  })
})

test('npm does not see the Node of node_modules, which it is about to replace, nor an outer npm run', () => {
  const environment = environmentForNpm('/clone', {
    PATH: '/clone/node_modules/.bin:/usr/bin',
    HOME: '/home/me',
    npm_config_registry: 'https://registry.example',
    npm_lifecycle_event: 'start',
    npm_execpath: '/usr/lib/npm.js',
  })
  expect(environment).toEqual({ PATH: '/usr/bin', HOME: '/home/me', npm_config_registry: 'https://registry.example' })
})
