/** A rectangle on the desktop, in device-independent pixels. */
export type Area = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

export type WindowPlace = { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number }

export const usualSize = { width: 1280, height: 800 } as const
export const smallestSize = { width: 880, height: 560 } as const

/** Less of a window than this in view cannot be taken hold of. */
const leastInView = 80

/**
 * Where the window goes: where it was, as long as that is still on a screen; else in the middle of the first one.
 * `workAreas` are the screens without their panels, the main one first.
 */
export function placeWindow(last: Area | null, workAreas: readonly Area[]): WindowPlace {
  const wanted = last ?? { x: 0, y: 0, ...usualSize }
  const home = last && workAreas.find((area) => isInView(last, area))
  const screen = home ?? workAreas[0]
  const within = (size: number, least: number, most: number | undefined) =>
    Math.max(least, Math.min(size, most ?? Number.POSITIVE_INFINITY))
  const width = within(wanted.width, smallestSize.width, screen?.width)
  const height = within(wanted.height, smallestSize.height, screen?.height)
  return home ? { x: wanted.x, y: wanted.y, width, height } : { width, height }
}

function isInView(window: Area, screen: Area): boolean {
  const acrossX = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x)
  const isTitleBarInView = window.y >= screen.y && window.y <= screen.y + screen.height - leastInView
  return acrossX >= leastInView && isTitleBarInView
}
