import { expect, test } from 'vitest'
import { parseMoment } from './parse-moment.ts'

// Local times on purpose: that is what a person types. No zone changes its clock in the first days of January.
const now = new Date(2026, 0, 10, 14, 30, 15, 500).getTime()
const local = (...fields: readonly [number, number, number, number?, number?, number?]) => {
  const [year, month, day, hour = 0, minute = 0, second = 0] = fields
  return new Date(year, month - 1, day, hour, minute, second).getTime()
}

test.each([
  ['2026-01-09', local(2026, 1, 9)],
  ['2026-01-09T08:05', local(2026, 1, 9, 8, 5)],
  ['2026-01-09 08:05:09', local(2026, 1, 9, 8, 5, 9)],
  ['2026-01-09T08:05:09.250Z', Date.UTC(2026, 0, 9, 8, 5, 9, 250)],
  ['2026-01-09T08:05:09+01:30', Date.UTC(2026, 0, 9, 6, 35, 9)],
  ['2026-01-09T08:05-0130', Date.UTC(2026, 0, 9, 9, 35)],
  ['14:05', local(2026, 1, 10, 14, 5)],
  ['14:30:15', local(2026, 1, 10, 14, 30, 15)],
  ['9:00', local(2026, 1, 10, 9)],
  ['23:50', local(2026, 1, 9, 23, 50)],
  ['today', local(2026, 1, 10)],
  ['today 23:50', local(2026, 1, 10, 23, 50)],
  ['yesterday', local(2026, 1, 9)],
  ['yesterday 08:05:09', local(2026, 1, 9, 8, 5, 9)],
  ['90s', now - 90_000],
  ['10m', now - 600_000],
  ['1h30m', now - 5_400_000],
  ['1.5h ago', now - 5_400_000],
  ['2d', now - 172_800_000],
  ['@1769868309', 1_769_868_309_000],
  ['@1769868309.25', 1_769_868_309_250],
])('%s', (text, moment) => {
  expect(parseMoment(text, now)).toEqual({ ok: true, value: moment })
})

test.each([
  '',
  'soon',
  '25:00',
  '12:60',
  '2026-02-30',
  '2026-13-01',
  '10',
  '10x',
  '-5m',
  '@',
  '@x',
  '2026-1-9',
  '12:00Z',
])('%j is refused, with the forms that are taken', (text) => {
  const result = parseMoment(text, now)
  expect(result).toMatchObject({ ok: false, code: 'bad_input' })
  expect(!result.ok && result.hint).toContain('10m')
})
