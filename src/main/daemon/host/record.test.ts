import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import recordings from './fixtures/records.json' with { type: 'json' }
import { type EndClock, interpretEnd, parseRecord } from './record.ts'

const texts = Object.values(recordings).flatMap((cases) => Object.values(cases))
const bootId = '8194d910-8f0e-4fec-9050-8bab7546ef3d'
const clock: EndClock = { now: 1_700_000_000_000, uptimeSeconds: 10_000, bootId }

const expected = {
  'exit-0': { code: 0, signal: null, reason: null },
  'exit-7': { code: 7, signal: null, reason: null },
  'exit-127': { code: 127, signal: null, reason: null },
  'exit-137': { code: 137, signal: null, reason: null },
  'unknown-locale-exit-137': { code: 137, signal: null, reason: null },
  'not-found': { code: 127, signal: null, reason: 'could not start: not found' },
  'not-executable': { code: 126, signal: null, reason: 'could not start: not executable' },
  sigHUP: { code: null, signal: 'SIGHUP', reason: null },
  sigABRT: { code: null, signal: 'SIGABRT', reason: null },
  sigKILL: { code: null, signal: 'SIGKILL', reason: null },
  sigSEGV: { code: null, signal: 'SIGSEGV', reason: null },
  sigTERM: { code: null, signal: 'SIGTERM', reason: null },
  sigRTMIN: { code: null, signal: 'SIGRTMIN', reason: null },
  'core-dumped': { code: null, signal: 'SIGSEGV', reason: null },
  sigINT: { code: 130, signal: null, reason: 'interrupt or exit code 130' },
  sigPIPE: { code: 141, signal: null, reason: 'broken pipe or exit code 141' },
} as const

type Case = keyof typeof expected

describe.each(Object.entries(recordings))('recorded by %s', (_shell, cases) => {
  test.each(Object.entries(expected))('%s', (name, end) => {
    expect(interpretEnd(parseRecord(cases[name as Case]), clock)).toMatchObject(end)
  })

  test('the program is the child of the shim that leads the group', () => {
    const fields = cases['exit-0'].split(' ')
    expect(parseRecord(cases['exit-0']).program).toEqual({
      identity: { bootId, pid: Number(fields[2]), startTime: fields[23] },
      shimPid: Number(fields[5]),
    })
  })
})

describe('an unfinished record', () => {
  test('nothing at all', () => {
    expect(parseRecord('')).toEqual({ program: null, execFailure: null, end: null, words: [] })
  })

  test('a line without its newline does not count', () => {
    expect(parseRecord('E 13').end).toBeNull()
    expect(parseRecord('E 137 12.5').end).toBeNull()
    expect(parseRecord('E 137 12.5\n').end).toEqual({ code: 137, uptimeSeconds: 12.5 })
  })

  test('without an end the recorder is lost, as of now', () => {
    const text = recordings.dash['exit-0'].replace(/^E .*\n/m, '')
    expect(interpretEnd(parseRecord(text), clock)).toEqual({
      code: null,
      signal: null,
      at: clock.now,
      reason: 'recorder lost',
    })
  })

  test('no truncation says what the whole does not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), fc.array(fc.string()), (recorded, cut, more) => {
        const whole = [recorded, ...more, recorded].join('\n')
        const [part, all] = [parseRecord(whole.slice(0, cut % (whole.length + 1))), parseRecord(whole)]
        expect([null, all.end]).toContainEqual(part.end)
        expect([null, all.program]).toContainEqual(part.program)
        expect([null, all.execFailure]).toContainEqual(part.execFailure)
      }),
    )
  })
})

describe('what is not a record line', () => {
  test('words that begin with the same letters', () => {
    const record = parseRecord('Segmentation fault\nExit\nXCPU\nTerminated\n')
    expect(record).toMatchObject({ program: null, end: null, execFailure: null })
    expect(record.words).toEqual(['Segmentation fault', 'Exit', 'XCPU', 'Terminated'])
  })

  test('malformed lines', () => {
    const text = `S ${bootId} no stat\nS not-a-boot 1 (sh) R\nX\nX many\nE\nE 1\nE one 2\nE 1 2 3\n`
    expect(parseRecord(text)).toMatchObject({ program: null, execFailure: null, end: null })
  })

  test('bytes that are no UTF-8 spoil only their own line', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xc3, 0x0a, 0xe2]), Buffer.from('\nE 7 1.00\n')])
    expect(parseRecord(bytes.toString('utf8')).end).toEqual({ code: 7, uptimeSeconds: 1 })
  })

  test('the words may be in any language', () => {
    const text = recordings.bash.sigTERM.replace('Terminated', 'Beendet')
    expect(interpretEnd(parseRecord(text), clock)).toMatchObject({ code: null, signal: 'SIGTERM' })
  })
})

describe('when it ended', () => {
  const ended = parseRecord(recordings.dash['exit-7'].replace(/^E .*$/m, 'E 7 9990.25'))

  test('is true however late the record is read', () => {
    expect(interpretEnd(ended, clock).at).toBe(clock.now - 9750)
    expect(interpretEnd(ended, { ...clock, now: clock.now + 60_000, uptimeSeconds: 10_060 }).at).toBe(clock.now - 9750)
  })

  test('after a reboot is when the record was last written', () => {
    const rebooted = { ...clock, bootId: '00000000-0000-4000-8000-000000000000' }
    expect(interpretEnd(ended, { ...rebooted, writtenAt: 123_456.7 }).at).toBe(123_457)
    expect(interpretEnd(ended, rebooted).at).toBe(clock.now)
  })
})

test('a shell killed before its exec died by that signal', () => {
  const text = recordings.dash.sigTERM.replace('Terminated\n', 'X 143\nTerminated\n')
  expect(interpretEnd(parseRecord(text), clock)).toMatchObject({ code: null, signal: 'SIGTERM' })
})
