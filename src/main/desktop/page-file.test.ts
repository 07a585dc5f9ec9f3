import { expect, test } from 'vitest'
import { fileOf } from './page-file.ts'

test.each([
  ['procession://app/index.html', '/r/index.html'],
  ['procession://app/assets/a%20b.js?v=1#x', '/r/assets/a b.js'],
  ['procession://app/../secrets.json', '/r/secrets.json'],
  ['procession://app/..%2fsecrets.json', null],
  ['procession://app/a/%2e%2e%2f%2e%2e%2fsecrets.json', null],
  ['procession://app/a%00.html', null],
  ['procession://app/%zz', null],
  ['nonsense', null],
])('%s is the file %s', (address, file) => {
  expect(fileOf(address, '/r')).toBe(file)
})
