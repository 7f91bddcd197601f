/** Paints plain rectangles and lines in the page's colours, for views with thousands of nodes. */
import type { Rect } from '../../document/geometry'

/** The values of tokens by theme. Asking for one makes the browser style the whole page at once. */
const known = new Map<string, string>()

/** Return the value of a token in the theme that the page has. */
export function colorOf(token: string, theme: string): string {
  const key = `${theme} ${token}`
  const color = known.get(key) ?? getComputedStyle(document.documentElement).getPropertyValue(token)
  // Without its style sheet the page has no colours yet.
  if (color) known.set(key, color)
  return color
}

export class Painter {
  readonly #context: CanvasRenderingContext2D | null

  /** `theme` is the one that the page has. */
  constructor(
    element: HTMLCanvasElement,
    width: number,
    height: number,
    readonly theme: string,
  ) {
    const ratio = globalThis.devicePixelRatio || 1
    element.width = Math.round(width * ratio)
    element.height = Math.round(height * ratio)
    this.#context = element.getContext('2d')
    this.#context?.scale(ratio, ratio)
  }

  #color(token: string): string {
    return colorOf(token, this.theme)
  }

  /** Fill many rectangles of one colour at once. */
  fill(rects: Iterable<Rect>, token: string, radius = 0): void {
    const context = this.#context
    if (!context) return
    context.fillStyle = this.#color(token)
    context.beginPath()
    for (const { x, y, width, height } of rects)
      if (radius > 0) context.roundRect(x, y, width, height, Math.min(radius, height / 2))
      else context.rect(x, y, width, height)
    context.fill()
  }

  /** Draw the outlines of rectangles. */
  outline(rects: Iterable<Rect>, token: string, radius: number, width = 1): void {
    const context = this.#context
    if (!context) return
    context.strokeStyle = this.#color(token)
    context.lineWidth = width
    context.beginPath()
    for (const { x, y, width, height } of rects) context.roundRect(x, y, width, height, radius)
    context.stroke()
  }

  /** Write a line of text, its middle at `y`, cut to `most` pixels. */
  text(words: string, x: number, y: number, style: TextStyle): void {
    const context = this.#context
    if (!context) return
    context.font = `${style.weight ?? 400} ${style.size}px ${this.#color('--font')}`
    context.fillStyle = this.#color(style.token)
    context.textBaseline = 'middle'
    context.textAlign = style.align ?? 'left'
    // What is wider than guessed is condensed.
    context.fillText(fitted(words, style.size, style.most), x, y, style.most)
  }
}

/** The mean width of a letter, as a part of the size of the type. */
const LETTER = 0.56

/** Return as much of a text as fits; measuring each of thousands of texts would take too long. */
function fitted(words: string, size: number, most = Infinity): string {
  const letters = Math.floor(most / (size * LETTER))
  if (words.length <= letters) return words
  return letters > 3 ? `${words.slice(0, letters - 1)}…` : ''
}

/** Return about how wide a text is. */
export function widthOf(words: string, size: number): number {
  return words.length * size * LETTER
}

interface TextStyle {
  size: number
  token: string
  weight?: number
  align?: 'left' | 'right' | 'center'
  most?: number
}
