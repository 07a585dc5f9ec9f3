// As --motion-pane in styles/tokens.css.
const paneMs = 160

/** How long something may take to move, in milliseconds; 0 for those who want no motion. */
export const motionMs = (): number => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : paneMs)
