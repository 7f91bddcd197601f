/** A photo as a person's own input: its pixels in the shape and on the scale of the data. */
import type { Grid } from './drawing'

/** What the lightest and the darkest value of a picture are. */
export interface Scale {
  low: number
  high: number
}

/**
 * Return the scale on which pictures are stored whose values lie in a range: 0 to 1, 0 to 16 as
 * scanned digits, 0 to 255, or as far below 0 as above.
 */
export function scaleOf(range: Scale | undefined): Scale {
  const high = range?.high ?? 1
  const top = high <= 1 ? 1 : high <= 16 ? 16 : 255
  return { low: range && range.low < 0 ? -top : 0, high: top }
}

/** What red, green and blue count for the grey of a pixel (ITU-R 601, as data sets are read). */
const GREY = [0.299, 0.587, 0.114] as const

/**
 * Return the values of an input from pixels, four bytes for each: grey for one channel, else
 * colours. `inverted` makes dark strokes on paper the high values.
 */
export function valuesOf(
  pixels: Uint8ClampedArray,
  { rows, columns, channels }: Grid,
  { low, high }: Scale,
  inverted: boolean,
): number[] {
  const value = (byte: number) => {
    const share = (inverted ? 255 - byte : byte) / 255
    return Number((low + share * (high - low)).toPrecision(5))
  }
  const values: number[] = []
  for (let at = 0; at < rows * columns * 4; at += 4) {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(at, at + 3)
    if (channels === 1) values.push(value(red * GREY[0] + green * GREY[1] + blue * GREY[2]))
    else values.push(value(red), value(green), value(blue))
  }
  return values
}

/** Return the sizes through which a picture is reduced: halves, so that no pixel is left out. */
export function halvings(size: number, wanted: number): number[] {
  const sizes: number[] = []
  let now = size
  while (now >= wanted * 2) {
    now = Math.max(wanted, Math.ceil(now / 2))
    sizes.push(now)
  }
  if (sizes.at(-1) !== wanted) sizes.push(wanted)
  return sizes
}
