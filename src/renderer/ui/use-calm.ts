import { useEffect, useRef, useState } from 'react'

/** The value, but while it changes quickly only its last one: `calmMs` must pass between two changes. */
export function useCalm<T>(value: T, calmMs: number): T {
  const [calm, setCalm] = useState(value)
  const changedAt = useRef(Number.NEGATIVE_INFINITY)
  useEffect(() => {
    const now = performance.now()
    const isCalm = now - changedAt.current >= calmMs
    changedAt.current = now
    if (isCalm) {
      setCalm(value)
      return
    }
    const timer = setTimeout(() => setCalm(value), calmMs)
    return () => clearTimeout(timer)
  }, [value, calmMs])
  return calm
}
