import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../test/helpers/temporary-folder.ts'
import { checkSsh } from './programs.ts'

/** What is said of an ssh that answers `-V` like this. */
async function said(script: string | null) {
  await using folder = await temporaryFolder()
  if (script !== null) writeFileSync(path.join(folder.path, 'ssh'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return checkSsh({ PATH: folder.path })
}

test.each([
  ["echo 'OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15 3 Sep 2024' >&2", 'OpenSSH 9.2p1'],
  ["echo 'OpenSSH_for_Windows_8.1p1, LibreSSL 3.0.2' >&2", 'OpenSSH 8.1p1'],
])('the version of OpenSSH: %s', async (script, detail) => {
  expect(await said(script)).toMatchObject({ name: 'ssh', state: 'ok', detail })
})

test.each([
  ["echo 'Dropbear v2022.83' >&2", 'problem', /not OpenSSH/],
  ['echo broken >&2; exit 127', 'problem', /broken/],
  [null, 'missing', /no ssh/],
])('another one, or none: %s, with a remedy', async (script, state, detail) => {
  const check = await said(script)
  expect(check).toMatchObject({ state, detail: expect.stringMatching(detail) })
  expect(check.remedy).toContain('openssh-client')
})
