/** How the rows of a column can be shown, and their values as pictures. */
import type { Column } from '../contract'
import { fixed } from '../words/format'

export type Kind =
  | 'image'
  | 'mask'
  | 'sequence'
  | 'vector'
  | 'class'
  | 'classes'
  | 'text'
  | 'number'

/** Return how a column is best looked at, from its shape, classes and dtype. */
export function kindOf(column: Pick<Column, 'shape' | 'classes' | 'dtype'>): Kind {
  const [first = 0, second = 0, third = 0] = column.shape
  if (column.classes.length > 0) return kindOfClasses(column.shape)
  if (column.dtype === 'string') return 'text'
  if (column.shape.length === 3 && [1, 3, 4].includes(third)) return 'image'
  if (column.shape.length === 2) return second <= 8 && first > 1 ? 'sequence' : 'image'
  return column.shape.length === 1 && first > 1 ? 'vector' : 'number'
}

/** One class for a row, one for each step of a sequence, or one for each pixel of a mask. */
function kindOfClasses({ length }: readonly number[]): Kind {
  if (length === 2) return 'mask'
  return length === 1 ? 'classes' : 'class'
}

/** Return the numbers of nested lists in order. */
export function flat(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return Array.isArray(value) ? value.flatMap(flat) : []
}

export interface Pixels {
  width: number
  height: number
  /** Red, green, blue, alpha; row after row. */
  bytes: Uint8ClampedArray<ArrayBuffer>
}

/** Return a writer for the numbers of one table: all with the decimals that the longest needs. */
export function tabular(values: readonly number[]): (value: number) => string {
  const decimals = values.map((value) => String(Number(value.toPrecision(4))).split('.')[1]?.length)
  const most = Math.min(4, Math.max(0, ...decimals.map((many) => many ?? 0)))
  return (value) => fixed(value, most)
}

/** Return one row of an image column as pixels; values from `low` to `high` become 0 to 255. */
export function pixels(row: unknown, shape: readonly number[], low: number, high: number): Pixels {
  const [height = 1, width = 1, channels = 1] = shape
  const values = flat(row)
  const scale = 255 / (high > low ? high - low : 1)
  const bytes = new Uint8ClampedArray(width * height * 4)
  const level = (at: number) => ((values[at] ?? low) - low) * scale
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    for (let color = 0; color < 3; color += 1)
      bytes[pixel * 4 + color] = level(pixel * channels + (channels >= 3 ? color : 0))
    bytes[pixel * 4 + 3] = channels === 4 ? level(pixel * 4 + 3) : 255
  }
  return { width, height, bytes }
}

/** Return the colour of a class in a mask: red, green and blue, different for each number. */
export function classColour(number: number): [number, number, number] {
  if (number === 0) return [28, 28, 34]
  // The golden angle puts each hue far from those before it; lightness tells later rounds apart.
  const hue = ((number - 1) * 137.508 + 205) % 360
  const lightness = [0.58, 0.74, 0.42][Math.floor((number - 1) / 8) % 3] ?? 0.58
  const chroma = 0.75 * Math.min(lightness, 1 - lightness)
  const channel = (shift: number): number => {
    const place = (shift + hue / 30) % 12
    return Math.round(255 * (lightness - chroma * Math.max(-1, Math.min(place - 3, 9 - place, 1))))
  }
  return [channel(0), channel(8), channel(4)]
}

/** Return one row of a mask as pixels: each class in its colour. */
export function maskPixels(row: unknown, shape: readonly number[]): Pixels {
  const [height = 1, width = 1] = shape
  const values = flat(row)
  const bytes = new Uint8ClampedArray(width * height * 4)
  for (let pixel = 0; pixel < width * height; pixel += 1)
    bytes.set([...classColour(values[pixel] ?? 0), 255], pixel * 4)
  return { width, height, bytes }
}

/** Return SVG path data for one channel of a sequence, in a box of the given size. */
export function sparkline(
  values: readonly number[],
  width: number,
  height: number,
  [low, high]: readonly [number, number],
): string {
  const span = high > low ? high - low : 1
  const step = width / Math.max(1, values.length - 1)
  const points = values.map(
    (value, at) => `${(at * step).toFixed(1)} ${(height * (1 - (value - low) / span)).toFixed(1)}`,
  )
  return points.length > 0 ? `M${points.join('L')}` : ''
}

/** Return the channels of a sequence: one list of values over time for each. */
export function channels(row: unknown): number[][] {
  const steps = Array.isArray(row) ? row.map(flat) : []
  const many = steps[0]?.length ?? 0
  return Array.from({ length: many }, (_, at) => steps.map((step) => step[at] ?? 0))
}
