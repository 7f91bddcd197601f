/** Plain shapes by the thousand, painted in one colour, as numbers that a worker can be given. */

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

/** Shapes in pixels of the canvas, and the token of their colour. */
export type Shapes = (Lines | Rectangles) & { token: string }

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
    context.beginPath()
    if (some.kind === 'lines') {
      trace(context, some.numbers)
      context.strokeStyle = color
      context.lineWidth = some.line / zoom
      context.stroke()
    } else {
      const { numbers, width, height } = some
      for (let at = 0; at < numbers.length; at += 2)
        context.rect(numbers[at] as number, numbers[at + 1] as number, width, height)
      context.fillStyle = color
      context.fill()
    }
  }
}

function trace(context: Context, numbers: Float32Array): void {
  let at = 0
  while (at < numbers.length) {
    const end = at + 1 + 2 * (numbers[at] as number)
    context.moveTo(numbers[at + 1] as number, numbers[at + 2] as number)
    for (at += 3; at < end; at += 2)
      context.lineTo(numbers[at] as number, numbers[at + 1] as number)
  }
}
