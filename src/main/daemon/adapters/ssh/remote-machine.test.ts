import { describe, expect, test } from 'vitest'
import recorded from './fixtures/remote-output.json' with { type: 'json' }
import { HostUnfit } from './host-unfit.ts'
import { parseAuxiliary, readIntroduction } from './remote-machine.ts'

const frame = { file: '.separator', separator: 'x' }
const entries = {
  boot: '8194d910-8f0e-4fec-9050-8bab7546ef3d',
  up: '3089.50',
  uid: '1000',
  home: '/home/me',
  state: '/home/me/.local/state/procession',
  mask: '0022',
  setsid: '/usr/bin/setsid',
  shell: '/bin/sh',
  ticks: '100',
  auxv: recorded.gnu.auxv,
  ports: '32768\t60999',
  names: 'escaped',
  follows: 'yes',
  punches: 'yes',
  kernel: '6.1.0-18-amd64',
  cores: '8',
}

const introduce = (changes: Partial<typeof entries>, status = 0, before = '') => {
  const text = Object.entries({ ...entries, ...changes }).map(([name, value]) => `${name}=${value}\0`)
  return readIntroduction({ status, output: Buffer.from(before + text.join('')) }, 'gpu-01', frame)
}

test('what a machine says of itself', () => {
  expect(introduce({})).toEqual({
    uptimeSeconds: 3089.5,
    machine: {
      bootId: entries.boot,
      uid: 1000,
      home: '/home/me',
      state: entries.state,
      frame,
      umask: '0022',
      setsid: '/usr/bin/setsid',
      shell: '/bin/sh',
      ticksPerSecond: 100,
      pageBytes: 4096,
      ephemeralFrom: 32_768,
      names: 'escaped',
      followsAtOnce: true,
      punches: true,
      kernel: '6.1.0-18-amd64',
      cores: 8,
    },
  })
})

test('a bare busybox says less, and nothing is wrong with that', () => {
  const bare = { ticks: '', names: '', follows: '', punches: '', ports: '', shell: 'sh', auxv: recorded.busybox.auxv }
  expect(introduce(bare).machine).toMatchObject({
    ticksPerSecond: 100,
    names: 'masked',
    followsAtOnce: false,
    punches: false,
    ephemeralFrom: 32_768,
    shell: '/bin/sh',
  })
})

test('a value may hold lines and signs', () => {
  expect(introduce({ home: '/home/a=b\nc' }).machine.home).toBe('/home/a=b\nc')
})

describe('a machine that nothing can be run on says why', () => {
  const failureOf = (act: () => unknown) => {
    try {
      act()
    } catch (error) {
      if (error instanceof HostUnfit) return error.failure
      throw error
    }
    throw new Error('Nothing is wrong.')
  }

  test('no Linux', () => {
    expect(failureOf(() => introduce({}, 72))).toMatchObject({ code: 'unsupported' })
  })

  test('no setsid', () => {
    expect(failureOf(() => introduce({ setsid: '' }))).toMatchObject({
      code: 'unsupported',
      message: 'gpu-01 has no setsid.',
    })
  })

  test.each([
    ["mkdir: cannot create directory '/home/me/.local': Permission denied\n", 'Permission denied'],
    ["mkdir: can't create directory '/home/me/.local/': Read-only file system\n", 'Read-only file system'],
  ])('a folder that cannot be made: %s', (words, why) => {
    const output = Buffer.from(`${words}folder=/home/me/.local/state/procession\0`)
    const failure = failureOf(() => readIntroduction({ status: 71, output }, 'gpu-01', frame))
    expect(failure).toMatchObject({ code: 'not_permitted', message: expect.stringContaining(why) })
    expect(failure.hint).toContain('XDG_STATE_HOME')
  })
})

describe('the auxiliary vector', () => {
  test.each(['gnu', 'busybox'] as const)('as od of %s prints it', (kind) => {
    const entriesOf = parseAuxiliary(recorded[kind].auxv)
    expect(entriesOf.get(17)).toBe(100)
    expect(entriesOf.get(6)).toBe(4096)
  })

  test('of 32 bits and of the other byte order', () => {
    const words = [6, 65_536, 17, 250, 0, 0]
    const big = Buffer.alloc(words.length * 4)
    for (const [index, word] of words.entries()) big.writeUInt32BE(word, index * 4)
    expect(parseAuxiliary(big.toString('hex')).get(17)).toBe(250)
    const little = Buffer.alloc(words.length * 4)
    for (const [index, word] of words.entries()) little.writeUInt32LE(word, index * 4)
    expect(parseAuxiliary(little.toString('hex')).get(17)).toBe(250)
  })

  test.each(['', 'od: not found', '00'])('nothing in %j', (text) => expect(parseAuxiliary(text).size).toBe(0))
})
