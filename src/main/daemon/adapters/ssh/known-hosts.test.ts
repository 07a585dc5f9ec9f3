import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../../test/helpers/temporary-folder.ts'
import { appendKnownHost, parseFingerprint } from './known-hosts.ts'

test('a fingerprint is read from the output of ssh-keygen', () => {
  const output = '256 SHA256:KDHccudCGHIh3gzd2u7SVKFqp11Qlg1/dvoT/GwlGcg [127.0.0.1]:22991 (ED25519)\n'
  expect(parseFingerprint(output)).toEqual({
    type: 'ED25519',
    fingerprint: 'SHA256:KDHccudCGHIh3gzd2u7SVKFqp11Qlg1/dvoT/GwlGcg',
  })
  expect(parseFingerprint('/x/known_hosts is not a public key file.\n')).toBeNull()
})

test('a key is added to a new file that is private, and after what is there', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'new', 'known_hosts')
  await appendKnownHost(file, 'gpu-01 ssh-ed25519 AAAA\n')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await writeFile(file, 'old ssh-rsa BBBB')
  await appendKnownHost(file, 'gpu-01 ssh-ed25519 AAAA\n')
  expect(await readFile(file, 'utf8')).toBe('old ssh-rsa BBBB\ngpu-01 ssh-ed25519 AAAA\n')
})
