// Draws resources/icons: `node_modules/node/bin/node scripts/draw-icons.mjs`. The pictures are committed; this is how
// they were made.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { cloneRoot } from './lib/place.mjs'
import { encodePng } from './lib/png.mjs'

/**
 * A colour and how far a point is from its shape: negative inside, in units of a 16 x 16 field.
 *
 * @typedef {{ colour: readonly [number, number, number, number], distance: (x: number, y: number) => number }} Layer
 */

/** Each pixel is the mean of this many points squared. */
const POINTS = 8

/** The brand: three strokes, each a step further, as in a procession. From and to on the 16 x 16 field. */
const STROKES = /** @type {const} */ ([
  [3.25, 6.75, 3.25, 12.75],
  [8, 5, 8, 11],
  [12.75, 3.25, 12.75, 9.25],
])
const STROKE_WIDTH = 2.5

const LIGHT = /** @type {const} */ ([240, 242, 245, 255])
const DARK = /** @type {const} */ ([21, 24, 30, 255])
/** Around light strokes, so that they are seen on light panels too: Linux says nothing about the panel's colour. */
const EDGE = /** @type {const} */ ([21, 24, 30, 200])
const MUTED = /** @type {const} */ ([163, 169, 181, 255])
const RED = /** @type {const} */ ([228, 72, 58, 255])
const GROUND = /** @type {const} */ ([30, 34, 42, 255])

/** @type {(x: number, y: number, stroke: readonly [number, number, number, number]) => number} */
function toStroke(x, y, [fromX, fromY, toX, toY]) {
  const [dx, dy] = [toX - fromX, toY - fromY]
  const along = Math.min(1, Math.max(0, ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy)))
  return Math.hypot(x - fromX - along * dx, y - fromY - along * dy)
}

/** @type {(width: number, strokes?: readonly (readonly [number, number, number, number])[]) => Layer['distance']} */
const strokes = (width, of = STROKES) => {
  return (x, y) => Math.min(...of.map((stroke) => toStroke(x, y, stroke))) - width / 2
}

/** @type {(centreX: number, centreY: number, radius: number) => Layer['distance']} */
const disc = (centreX, centreY, radius) => (x, y) => Math.hypot(x - centreX, y - centreY) - radius

/** @type {(inset: number, radius: number) => Layer['distance']} */
const roundedSquare = (inset, radius) => (x, y) => {
  const half = 8 - inset - radius
  const [outX, outY] = [Math.max(0, Math.abs(x - 8) - half), Math.max(0, Math.abs(y - 8) - half)]
  return Math.hypot(outX, outY) - radius
}

/** @type {(distance: Layer['distance'], scale: number) => Layer['distance']} */
const scaled = (distance, scale) => (x, y) => distance(8 + (x - 8) / scale, 8 + (y - 8) / scale) * scale

/** @type {(ink: Layer['colour']) => Layer[]} */
const brand = (ink) => [
  { colour: EDGE, distance: strokes(STROKE_WIDTH + 1.3) },
  { colour: ink, distance: strokes(STROKE_WIDTH) },
]

const SLASH = /** @type {const} */ ([[2.2, 13.8, 13.8, 2.2]])

/** @type {Record<string, { sizes: readonly [string, number][], layers: Layer[] }>} */
const ICONS = {
  'tray-normal': {
    sizes: [
      ['', 22],
      ['@2x', 44],
    ],
    layers: brand(LIGHT),
  },
  'tray-attention': {
    sizes: [
      ['', 22],
      ['@2x', 44],
    ],
    layers: [
      ...brand(LIGHT),
      { colour: DARK, distance: disc(12.2, 12.2, 3.8) },
      { colour: RED, distance: disc(12.2, 12.2, 2.9) },
    ],
  },
  'tray-offline': {
    sizes: [
      ['', 22],
      ['@2x', 44],
    ],
    layers: [
      ...brand(MUTED),
      { colour: DARK, distance: strokes(3.2, SLASH) },
      { colour: MUTED, distance: strokes(1.4, SLASH) },
    ],
  },
  app: {
    sizes: [['', 512]],
    layers: [
      { colour: GROUND, distance: roundedSquare(0.75, 3.25) },
      { colour: LIGHT, distance: scaled(strokes(STROKE_WIDTH), 0.68) },
    ],
  },
}

/** @type {(size: number, layers: readonly Layer[]) => Uint8Array} */
function draw(size, layers) {
  const pixels = new Uint8Array(size * size * 4)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) pixels.set(mixed(pointsOf(x, y, size), layers), (y * size + x) * 4)
  }
  return pixels
}

/** @type {(x: number, y: number, size: number) => [number, number][]} */
function pointsOf(x, y, size) {
  const part = (/** @type {number} */ index) => (index + 0.5) / POINTS
  return Array.from({ length: POINTS * POINTS }, (_, index) => [
    ((x + part(index % POINTS)) * 16) / size,
    ((y + part(Math.floor(index / POINTS))) * 16) / size,
  ])
}

/** Layers laid over each other at every point, then the mean of the points, weighted by how opaque they are. */
/** @type {(points: readonly [number, number][], layers: readonly Layer[]) => number[]} */
function mixed(points, layers) {
  const sum = [0, 0, 0, 0]
  for (const [x, y] of points) {
    let colour = [0, 0, 0, 0]
    for (const layer of layers) if (layer.distance(x, y) <= 0) colour = over(layer.colour, colour)
    const [red = 0, green = 0, blue = 0, alpha = 0] = colour
    for (const [index, value] of [red * alpha, green * alpha, blue * alpha, alpha].entries()) {
      sum[index] = (sum[index] ?? 0) + value
    }
  }
  const [red = 0, green = 0, blue = 0, alpha = 0] = sum
  if (alpha === 0) return [0, 0, 0, 0]
  return [red / alpha, green / alpha, blue / alpha, alpha / points.length].map(Math.round)
}

/** @type {(top: readonly number[], bottom: readonly number[]) => number[]} */
function over(top, bottom) {
  const topPart = (top[3] ?? 0) / 255
  const bottomPart = ((bottom[3] ?? 0) / 255) * (1 - topPart)
  const alpha = topPart + bottomPart
  const mix = (/** @type {number} */ index) => ((top[index] ?? 0) * topPart + (bottom[index] ?? 0) * bottomPart) / alpha
  return [mix(0), mix(1), mix(2), alpha * 255]
}

const folder = path.join(cloneRoot, 'resources', 'icons')
mkdirSync(folder, { recursive: true })
for (const [name, { sizes, layers }] of Object.entries(ICONS)) {
  for (const [suffix, size] of sizes) {
    writeFileSync(path.join(folder, `${name}${suffix}.png`), encodePng(size, draw(size, layers)))
  }
}
