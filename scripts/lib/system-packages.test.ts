import { describe, expect, test } from 'vitest'
import { installCommand, mayInstallPackages } from './apt.mjs'
import { parseMissing } from './missing-libraries.mjs'
import { missingPackages } from './system-packages.mjs'

describe('missingPackages', () => {
  test('names what is not there, each package once', () => {
    const missing = missingPackages(['electron libraries', 'chromium'], (probe) => 'library' in probe)
    expect(missing.map(({ names }) => names[0])).toEqual(['fonts-dejavu-core', 'chromium'])
  })

  test('is empty where everything is there', () => {
    expect(missingPackages(['desktop', 'busybox'], () => true)).toEqual([])
  })
})

describe('installCommand', () => {
  const missing = missingPackages(['electron libraries'], (probe) => !('library' in probe))

  test('is one line that can be pasted', () => {
    expect(installCommand(missing, (name) => !name.endsWith('t64'))).toBe(
      'apt-get install -y --no-install-recommends libgtk-3-0 libnss3 libasound2 libgbm1 libnotify4 libxss1',
    )
  })

  test('uses the names of the release that it is for', () => {
    expect(installCommand(missing, (name) => name.endsWith('t64'))).toContain('libgtk-3-0t64 libnss3 libasound2t64')
  })
})

test('nothing is installed unless it was asked for', () => {
  expect(mayInstallPackages([], {})).toBe(false)
})

test('missing libraries are read from the output of ldd', () => {
  const listing = `	linux-vdso.so.1 (0x00007ffd)
	libffmpeg.so => /opt/electron/libffmpeg.so (0x00007f1c)
	libgtk-3.so.0 => not found
	libgbm.so.1 => not found
	/lib64/ld-linux-x86-64.so.2 (0x00007f1c)
`
  expect(parseMissing(listing)).toEqual(['libgtk-3.so.0', 'libgbm.so.1'])
})
