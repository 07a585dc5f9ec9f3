import { type RefObject, useLayoutEffect, useState, useSyncExternalStore } from 'react'

const onResize = (listener: () => void) => {
  window.addEventListener('resize', listener)
  return () => window.removeEventListener('resize', listener)
}

/** Width of the window in CSS pixels. */
export const useWindowWidth = (): number => useSyncExternalStore(onResize, () => window.innerWidth)

/** Height of the window in CSS pixels. */
export const useWindowHeight = (): number => useSyncExternalStore(onResize, () => window.innerHeight)

/** Size of an element in whole CSS pixels. */
export function useElementSize(ref: RefObject<HTMLElement | null>): {
  readonly width: number
  readonly height: number
} {
  const [size, setSize] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = () =>
      setSize((known) => {
        const { clientWidth: width, clientHeight: height } = element
        return known.width === width && known.height === height ? known : { width, height }
      })
    // Before the first paint, so that nothing is drawn for a size of zero.
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref])
  return size
}
