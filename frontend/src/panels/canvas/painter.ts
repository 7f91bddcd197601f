/** Paints plain rectangles and lines in the page's colours, for views with thousands of nodes. */
import type { Rect } from '../../document/geometry'

export class Painter {
  readonly #context: CanvasRenderingContext2D | null
  readonly #style: CSSStyleDeclaration
  readonly #colors = new Map<string, string>()

  /** `theme` is a parameter only so that an effect that paints runs again when it changes. */
  constructor(
    element: HTMLCanvasElement,
    width: number,
    height: number,
    readonly theme: string,
  ) {
    const ratio = globalThis.devicePixelRatio || 1
    element.width = Math.round(width * ratio)
    element.height = Math.round(height * ratio)
    this.#style = getComputedStyle(element)
    this.#context = element.getContext('2d')
    this.#context?.scale(ratio, ratio)
  }

  #color(token: string): string {
    let color = this.#colors.get(token)
    if (color === undefined) {
      color = this.#style.getPropertyValue(token)
      this.#colors.set(token, color)
    }
    return color
  }

  card({ x, y, width, height }: Rect, token: string): void {
    if (!this.#context) return
    this.#context.fillStyle = this.#color(token)
    this.#context.beginPath()
    this.#context.roundRect(x, y, width, height, Math.min(2, height / 2))
    this.#context.fill()
  }

  /** Draw many lines at once, each [x1, y1, x2, y2]. */
  lines(lines: Iterable<readonly [number, number, number, number]>, token: string): void {
    if (!this.#context) return
    this.#context.strokeStyle = this.#color(token)
    this.#context.beginPath()
    for (const [x1, y1, x2, y2] of lines) {
      this.#context.moveTo(x1, y1)
      this.#context.lineTo(x2, y2)
    }
    this.#context.stroke()
  }
}
