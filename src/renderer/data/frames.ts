// While the window is hidden no frame comes; the wait then ends by this clock, slow enough to cost nothing.
const hiddenFrameMs = 250

/** Settles with the next frame that is drawn. Readers of feeds wait for it, so that one frame brings at most one part. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
      resolve()
    }
    const frame = requestAnimationFrame(done)
    const timer = setTimeout(done, hiddenFrameMs)
  })
}
