import { failure, type Result, success } from '../domain/result.ts'

/** Milliseconds since 1970 UTC. */
type Moment = number

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const unitMs: Readonly<Record<string, number>> = { s: secondMs, m: minuteMs, h: hourMs, d: dayMs }

/** What `--since` and `--until` take, for help and messages. */
export const momentForms =
  '2026-01-31, "2026-01-31 14:05:09" or 2026-01-31T14:05:09Z; 14:05 or 14:05:09, the last time it was so; ' +
  '"yesterday 14:05"; 90s, 10m, 2h, 1h30m or 1d ago; @1769868309 in seconds since 1970'

/** `HH:MM` with seconds and a fraction where wanted. */
const clock = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?`
const agoForm = /^((?:\d+(?:\.\d+)?[smhd])+)(?: +ago)?$/
const epochForm = /^@(\d{1,11}(?:\.\d+)?)$/
const clockForm = new RegExp(`^${clock}$`)
const dayForm = new RegExp(`^(today|yesterday)(?: +${clock})?$`)
const dateForm = new RegExp(`^(\\d{4})-(\\d{2})-(\\d{2})(?:[T ]${clock}(Z|[+-]\\d{2}:?\\d{2})?)?$`)

/**
 * A moment as people write one, in the local zone unless it names its own. A time of day alone is the last time the clock
 * showed it: behind midnight `23:50` is yesterday's.
 *
 * @param now milliseconds since 1970 UTC
 */
export function parseMoment(text: string, now: Moment): Result<Moment> {
  const moment = readMoment(text.trim(), now)
  if (moment !== null && Number.isFinite(moment) && moment >= 0) return success(Math.round(moment))
  return failure('bad_input', `Not a time: ${text}`, `Write one like ${momentForms}.`)
}

function readMoment(text: string, now: Moment): Moment | null {
  const [, ago] = agoForm.exec(text) ?? []
  if (ago !== undefined) return now - lengthOf(ago)
  const [, epoch] = epochForm.exec(text) ?? []
  if (epoch !== undefined) return Number(epoch) * secondMs
  const time = clockForm.exec(text)
  if (time !== null) return lastTime(time.slice(1), now)
  const day = dayForm.exec(text)
  if (day !== null) return onDay(now, day[1] === 'today' ? 0 : -1, day.slice(2))
  const date = dateForm.exec(text)
  return date === null ? null : atDate(date.slice(1))
}

const lengthOf = (ago: string): number =>
  [...ago.matchAll(/([\d.]+)([smhd])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? Number.NaN),
    0,
  )

type Fields = readonly (string | undefined)[]

/** Milliseconds since midnight of a wall clock without changes of the zone; null for a time that no clock shows. */
function clockFields([hour = '0', minute = '0', second = '0', fraction = '']: Fields): readonly number[] | null {
  const fields = [Number(hour), Number(minute), Number(second), Math.floor(Number(`0.${fraction}`) * secondMs) || 0]
  return Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 ? fields : null
}

function lastTime(time: Fields, now: Moment): Moment | null {
  const today = onDay(now, 0, time)
  return today !== null && today > now ? onDay(now, -1, time) : today
}

function onDay(now: Moment, days: number, time: Fields): Moment | null {
  const fields = clockFields(time)
  if (fields === null) return null
  const day = new Date(now)
  const [hour = 0, minute = 0, second = 0, milliseconds = 0] = fields
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, hour, minute, second, milliseconds).getTime()
}

function atDate([year, month, day, ...rest]: Fields): Moment | null {
  const fields = clockFields(rest)
  if (fields === null || !isDate(Number(year), Number(month), Number(day))) return null
  const [hour = 0, minute = 0, second = 0, milliseconds = 0] = fields
  const numbers = [Number(year), Number(month) - 1, Number(day), hour, minute, second, milliseconds] as const
  const zone = rest[4]
  return zone === undefined ? new Date(...numbers).getTime() : Date.UTC(...numbers) - offsetOf(zone)
}

function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** Of `+01:00` or `Z`, in milliseconds. */
function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? []
  const size = Number(hours ?? 0) * hourMs + Number(minutes ?? 0) * minuteMs
  return sign === '-' ? -size : size
}
