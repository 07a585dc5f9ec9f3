import type { Colour } from './ansi.ts'

export type Rgb = { readonly red: number; readonly green: number; readonly blue: number }

/** The page that log text stands on, per theme (styles/tokens.css, --surface-page). */
export const pageColour = {
  light: { red: 255, green: 255, blue: 255 },
  dark: { red: 15, green: 17, blue: 21 },
} as const

/** WCAG 2.2, 1.4.3: text of this size needs 4.5:1. */
const neededContrast = 4.5

const channel = (value: number): number => {
  const part = value / 255
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
}

const luminance = ({ red, green, blue }: Rgb): number =>
  0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)

/** Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2). */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

const mix = (from: Rgb, to: Rgb, share: number): Rgb => ({
  red: Math.round(from.red + (to.red - from.red) * share),
  green: Math.round(from.green + (to.green - from.green) * share),
  blue: Math.round(from.blue + (to.blue - from.blue) * share),
})

/** `colour` moved towards black or white only as far as it takes to be read on `page`. */
export function readableOn(colour: Rgb, page: Rgb): Rgb {
  const goal: Rgb = luminance(page) > 0.4 ? { red: 0, green: 0, blue: 0 } : { red: 255, green: 255, blue: 255 }
  for (let step = 0; step <= 20; step += 1) {
    const candidate = mix(colour, goal, step / 20)
    if (contrast(candidate, page) >= neededContrast) return candidate
  }
  return goal
}

export const cssColour = ({ red, green, blue }: Rgb): string => `rgb(${red} ${green} ${blue})`

/** Black or white, whichever is read better on `background`. */
export const textOn = (background: Rgb): Rgb => {
  const black = { red: 0, green: 0, blue: 0 }
  const white = { red: 255, green: 255, blue: 255 }
  return contrast(black, background) >= contrast(white, background) ? black : white
}

/** A CSS colour for text in both themes: the theme's own for the 16 named ones, else adapted to each page. */
export function textColour(colour: Colour): string {
  if (colour.kind === 'palette') return `var(--ansi-${colour.index})`
  return `light-dark(${cssColour(readableOn(colour, pageColour.light))}, ${cssColour(readableOn(colour, pageColour.dark))})`
}
