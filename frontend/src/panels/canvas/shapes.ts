/** Plain shapes by the thousand, painted in one colour, as numbers that a worker can be given. */
import type { Rect } from '../../document/geometry'

/** Cards and groups are painted at least this large, in pixels of the screen. */
export const LEAST = { width: 4, height: 1.5 }
/** How far the box of a group reaches beyond its cards, and how round its corners are. */
const GAP = 6

interface Lines {
  kind: 'lines'
  /** How wide they are, in pixels of the screen. */
  line: number
  /** For each line how many points it has, then their x and y. */
  numbers: Float32Array
}

interface Rectangles {
  kind: 'rectangles'
  width: number
  height: number
  /** The x and y of their upper left corners. */
  numbers: Float32Array
}

/** The boxes around groups of cards. */
interface Boxes {
  kind: 'boxes'
  /** The x, y, width and height around the cards of each. */
  numbers: Float32Array
}

/** Shapes in pixels of the canvas, and the token of their colour. */
export type Shapes = (Lines | Rectangles | Boxes) & { token: string }

/** A part of the canvas to paint: its upper left corner, its size in pixels of the screen. */
export interface Part {
  x: number
  y: number
  zoom: number
  width: number
  height: number
  /** Dots of the screen by pixel. */
  ratio: number
}

/** What a worker is asked to paint; without shapes, those of the last time. */
export interface Asked {
  shapes?: readonly Shapes[]
  colors: ReadonlyMap<string, string>
  part: Part
}

type Context = OffscreenCanvasRenderingContext2D

/** Return the box of a group around its cards, in pixels of the canvas, as painted at a zoom. */
export function boxAround({ x, y, width, height }: Rect, zoom: number): Rect {
  const wide = Math.max(width, LEAST.width / zoom) + (2 * GAP) / zoom
  return { x: x + (width - wide) / 2, y: y - 1 / zoom, width: wide, height: height + 2 / zoom }
}

/** Paint shapes in the colours of their tokens. */
export function paintShapes(
  context: Context,
  shapes: readonly Shapes[],
  colors: ReadonlyMap<string, string>,
  { x, y, zoom, ratio }: Part,
): void {
  context.scale(ratio * zoom, ratio * zoom)
  context.translate(-x, -y)
  for (const some of shapes) {
    const color = colors.get(some.token) ?? ''
    context.fillStyle = context.strokeStyle = color
    context.beginPath()
    if (some.kind === 'lines') {
      addLines(context, some.numbers)
      context.lineWidth = some.line / zoom
      context.stroke()
    } else {
      if (some.kind === 'boxes') addBoxes(context, some.numbers, zoom)
      else addRectangles(context, some)
      context.fill()
    }
  }
}

function addRectangles(context: Context, { numbers, width, height }: Rectangles): void {
  for (let at = 0; at < numbers.length; at += 2)
    context.rect(numbers[at] as number, numbers[at + 1] as number, width, height)
}

function addBoxes(context: Context, numbers: Float32Array, zoom: number): void {
  for (let at = 0; at < numbers.length; at += 4) {
    const [x = 0, y = 0, width = 0, height = 0] = numbers.subarray(at, at + 4)
    const box = boxAround({ x, y, width, height }, zoom)
    const round = Math.min(GAP / zoom, box.height / 2)
    context.roundRect(box.x, box.y, box.width, box.height, round)
  }
}

function addLines(context: Context, numbers: Float32Array): void {
  let at = 0
  while (at < numbers.length) {
    const end = at + 1 + 2 * (numbers[at] as number)
    context.moveTo(numbers[at + 1] as number, numbers[at + 2] as number)
    for (at += 3; at < end; at += 2)
      context.lineTo(numbers[at] as number, numbers[at + 1] as number)
  }
}
