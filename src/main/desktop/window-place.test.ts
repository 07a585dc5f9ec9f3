import { describe, expect, test } from 'vitest'
import { placeWindow, smallestSize, usualSize } from './window-place.ts'

describe('the place of the window', () => {
  const main = { x: 0, y: 0, width: 1920, height: 1040 }
  const second = { x: 1920, y: 0, width: 1280, height: 1024 }

  test('is where it was', () => {
    const last = { x: 2000, y: 50, width: 1000, height: 700 }
    expect(placeWindow(last, [main, second])).toEqual(last)
  })

  test('is left to the desktop the first time, and when its screen is gone or hides the title bar', () => {
    expect(placeWindow(null, [main])).toEqual(usualSize)
    const size = { width: 1000, height: 700 }
    expect(placeWindow({ x: 2000, y: 50, ...size }, [main])).toEqual(size)
    expect(placeWindow({ x: 100, y: -300, ...size }, [main])).toEqual(size)
    expect(placeWindow({ x: 100, y: 1030, ...size }, [main])).toEqual(size)
  })

  test('fits the screen, but stays usable', () => {
    const small = { x: 0, y: 0, width: 1024, height: 500 }
    expect(placeWindow(null, [small])).toEqual({ width: 1024, height: smallestSize.height })
    expect(placeWindow(null, [])).toEqual(usualSize)
  })
})
