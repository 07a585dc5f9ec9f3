const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** How old something is, for a narrow column: `41 s`, `19 m`, `5 h 02 m`, `1 d 4 h`, `6 d`. Milliseconds in. */
export function formatAge(elapsedMs: number): string {
  const elapsed = Math.max(0, elapsedMs)
  if (elapsed < minute) return `${Math.floor(elapsed / second)} s`
  if (elapsed < hour) return `${Math.floor(elapsed / minute)} m`
  if (elapsed < day) return `${Math.floor(elapsed / hour)} h ${twoDigits(Math.floor((elapsed % hour) / minute))} m`
  const days = Math.floor(elapsed / day)
  const hours = Math.floor((elapsed % day) / hour)
  return days < 3 && hours > 0 ? `${days} d ${hours} h` : `${days} d`
}

/** How long ago something ended: `8 s ago`, `2 m ago`, `2 h ago`, `yesterday`, `3 d ago`. */
export function formatAgo(at: number, now: number): string {
  const elapsed = Math.max(0, now - at)
  if (elapsed < minute) return `${Math.floor(elapsed / second)} s ago`
  if (elapsed < hour) return `${Math.floor(elapsed / minute)} m ago`
  if (elapsed < day) return `${Math.floor(elapsed / hour)} h ago`
  if (elapsed < 2 * day) return 'yesterday'
  return `${Math.floor(elapsed / day)} d ago`
}

/** What is left or allowed: up to two minutes people think in seconds. `90 s`, `5 m 20 s`. Never below 0. */
export const formatLimit = (ms: number): string =>
  ms <= 2 * minute ? `${Math.max(0, Math.ceil(ms / second))} s` : formatLength(Math.ceil(ms / second) * second)

/** How long something took, to the second below a day: `4 s`, `14 m 22 s`, `5 h 02 m 10 s`, `1 d 4 h`. */
export function formatLength(elapsedMs: number): string {
  const elapsed = Math.max(0, elapsedMs)
  if (elapsed < second) return `${Math.round(elapsed)} ms`
  const seconds = Math.floor((elapsed % minute) / second)
  if (elapsed < minute) return `${seconds} s`
  const minutes = Math.floor((elapsed % hour) / minute)
  if (elapsed < hour) return `${minutes} m ${twoDigits(seconds)} s`
  if (elapsed < day) return `${Math.floor(elapsed / hour)} h ${twoDigits(minutes)} m ${twoDigits(seconds)} s`
  return formatAge(elapsed)
}

/** Time since the start of a run, for log lines: `+0:08.250`, `+1:02:45.000`. */
export function formatSinceStart(elapsedMs: number): string {
  const sign = elapsedMs < 0 ? '-' : '+'
  const elapsed = Math.abs(elapsedMs)
  const hours = Math.floor(elapsed / hour)
  const minutes = Math.floor((elapsed % hour) / minute)
  const rest = `${twoDigits(Math.floor((elapsed % minute) / second))}.${String(Math.floor(elapsed % second)).padStart(3, '0')}`
  return hours > 0 ? `${sign}${hours}:${twoDigits(minutes)}:${rest}` : `${sign}${minutes}:${rest}`
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const hourMinute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const dayOnly = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'numeric', year: 'numeric' })

/** `10:27:42`, local zone; milliseconds since 1970 UTC in. */
export const formatClock = (at: number): string => clock.format(at)

/** `10:41:50.310`. */
export const formatPreciseClock = (at: number): string =>
  `${clock.format(at)}.${String(((Math.floor(at) % second) + second) % second).padStart(3, '0')}`

const exactDayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** True for two moments of one day in the local zone. */
export const isSameDay = (one: number, other: number): boolean => dayOnly.format(one) === dayOnly.format(other)

/** `10:42:07` today, `24 Nov, 10:42:07` on another day. */
export const formatExactMoment = (at: number, now: number): string =>
  isSameDay(at, now) ? clock.format(at) : exactDayAndTime.format(at)

/** `10:42` today, `24 Nov, 10:42` on another day. */
export const formatMoment = (at: number, now: number): string =>
  isSameDay(at, now) ? hourMinute.format(at) : dayAndTime.format(at)
