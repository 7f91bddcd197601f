/** The pictures of the inside view: bytes of a frame turned into pixels, and into words. */
import type { Document, Picture } from '../contract'
import { graphsOf } from './lookup'
import { calledBy } from './submodels'

/** What joins the ids of a path to a key. */
const SLASH = '/'

/** Return the key by which a node's picture is found, from the ids that lead to the node. */
export function keyOf(path: readonly string[]): string {
  return path.join(SLASH)
}

/**
 * Return the ids of the nodes that call the graphs on the way to the open one; null if a graph is
 * not called by the one before it.
 */
export function callsTo(document: Document, graphs: readonly string[]): string[] | null {
  const calls: string[] = []
  for (const [at, called] of graphs.slice(1).entries()) {
    const graph = graphsOf(document).get(graphs[at] as string)
    const caller = graph?.nodes.find((node) => calledBy(graph, node) === called)
    if (!caller) return null
    calls.push(caller.id)
  }
  return calls
}

/** Return the bytes of a picture: channels, rows, columns. */
export function bytesOf({ pixels }: Picture): Uint8Array {
  return Uint8Array.from(atob(pixels), (character) => character.charCodeAt(0))
}

/** Return the value that a byte of a picture stands for. */
export function valueAt({ low, high }: Pick<Picture, 'low' | 'high'>, byte: number): number {
  return low + (byte / 255) * (high - low)
}

/** Red, green, blue, from 0 to 255. */
export type Color = readonly [number, number, number]

export interface Colors {
  positive: Color
  negative: Color
}

/** Pixels as a canvas takes them: four bytes for each, row by row. */
export interface Pixels {
  width: number
  height: number
  data: Uint8ClampedArray<ArrayBuffer>
}

/** Pixels between two channels that stand side by side. */
const GAP = 1

/**
 * Return the pixels of as many channels as fit side by side, `aspect` times as wide as they are
 * high. The strength of a pixel is its value: 0 is transparent, and values below 0 have another
 * colour. A tensor without a 0 among its values is drawn from its lowest value.
 */
export function mapsOf(picture: Picture, colors: Colors, aspect: number, from = 0): Pixels {
  const { rows, columns, channels } = picture
  const most = Math.floor((aspect * rows + GAP) / (columns + GAP))
  const count = Math.max(1, Math.min(most, channels - from))
  const width = count * (columns + GAP) - GAP
  const data = new Uint8ClampedArray(width * rows * 4)
  const bytes = bytesOf(picture)
  const shade = shadeOf(picture, colors)
  for (let channel = 0; channel < count; channel += 1)
    for (let row = 0; row < rows; row += 1)
      for (let column = 0; column < columns; column += 1) {
        const byte = bytes[((from + channel) * rows + row) * columns + column] as number
        data.set(shade(byte), (row * width + channel * (columns + GAP) + column) * 4)
      }
  return { width, height: rows, data }
}

/** Return the pixels of values by their strength, as those of a picture. */
export function shaded(
  values: Float32Array,
  width: number,
  scale: Pick<Picture, 'low' | 'high'>,
  colors: Colors,
): Pixels {
  const data = new Uint8ClampedArray(values.length * 4)
  const shade = strengthOf(scale, colors)
  values.forEach((value, at) => {
    data.set(shade(value), at * 4)
  })
  return { width, height: values.length / width, data }
}

/** Return a picture of three channels in its colours; its values are those of light, 0 is black. */
export function colorsOf(picture: Picture): Pixels {
  const { rows, columns } = picture
  const data = new Uint8ClampedArray(rows * columns * 4).fill(255)
  bytesOf(picture).forEach((byte, at) => {
    const channel = Math.floor(at / (rows * columns))
    data[(at % (rows * columns)) * 4 + channel] = byte
  })
  return { width: columns, height: rows, data }
}

type Rgba = [number, number, number, number]

function shadeOf(picture: Picture, colors: Colors): (byte: number) => Rgba {
  const shade = strengthOf(picture, colors)
  return (byte) => shade(valueAt(picture, byte))
}

function strengthOf(
  { low, high }: Pick<Picture, 'low' | 'high'>,
  { positive, negative }: Colors,
): (value: number) => Rgba {
  const zero = low > 0 || high < 0 ? low : 0
  const reach = Math.max(high - zero, zero - low) || 1
  return (value) => {
    const strength = (Math.abs(value - zero) / reach) * 255
    return [...(value < zero ? negative : positive), strength] as Rgba
  }
}

/** A bar of a vector: from the line of 0 to its value, as shares of the height from the top. */
export interface Bar {
  top: number
  height: number
  negative: boolean
}

/** Return the bars of a vector; the line of 0 is always in the picture. */
export function barsOf(picture: Picture): Bar[] {
  const highest = Math.max(picture.high, 0)
  const reach = highest - Math.min(picture.low, 0) || 1
  return [...bytesOf(picture)].map((byte) => {
    const value = valueAt(picture, byte)
    const end = (highest - value) / reach
    const zero = highest / reach
    return { top: Math.min(end, zero), height: Math.abs(end - zero), negative: value < 0 }
  })
}

/**
 * Return the pixels of decisions: each place has the colour of the channel with the highest value.
 * A single channel divides at the middle between 0 and 1, or is shaded where its values go beyond.
 * The further the winner is ahead, the stronger its colour.
 */
export function decisionsOf(picture: Picture, colors: readonly Color[]): Pixels {
  const { rows, columns, channels } = picture
  const bytes = bytesOf(picture)
  const size = rows * columns
  const data = new Uint8ClampedArray(size * 4)
  const score = (channel: number, at: number) =>
    valueAt(picture, bytes[channel * size + at] as number)
  const single = channels === 1
  const isScore = picture.low >= 0 && picture.high <= 1
  const middle = isScore ? 0.5 : (picture.low + picture.high) / 2
  const reach = isScore ? 0.5 : (picture.high - picture.low) / 2 || 1
  for (let at = 0; at < size; at += 1) {
    const scores = Array.from({ length: channels }, (_, channel) => score(channel, at))
    const [best = 0, second = 0] = scores.toSorted((a, b) => b - a)
    const value = scores[0] ?? 0
    const winner = single ? Number(value > middle) : scores.indexOf(best)
    const ahead = single ? Math.abs(value - middle) / reach : (best - second) / (2 * reach)
    data.set(
      [...(colors[winner % colors.length] ?? [0, 0, 0]), 60 + 150 * Math.min(ahead, 1)],
      at * 4,
    )
  }
  return { width: columns, height: rows, data }
}
