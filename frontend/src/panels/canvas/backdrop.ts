/** A painted part of the canvas, kept as a picture that is moved and scaled until it no longer fits. */
import { contains, grown, type Rect } from '../../document/geometry'
import { type Painted, Painter } from './painter'

/** How far the picture may be scaled before it is painted anew. */
const MOST_SCALED = 1.3

export class Backdrop {
  readonly #canvas = document.createElement('canvas')
  #of: { paths: readonly Painted[]; theme: string; zoom: number; area: Rect } | null = null

  /**
   * Return the picture and the part of the canvas that it shows, painted anew only if `view` leaves
   * that part, if the zoom differs much (or at all, where `exact`), or if there are other paths.
   */
  of(
    paths: readonly Painted[],
    view: Rect,
    zoom: number,
    theme: string,
    exact: boolean,
  ): { picture: HTMLCanvasElement; area: Rect } {
    const of = this.#of
    const scale = of ? Math.max(zoom / of.zoom, of.zoom / zoom) : Infinity
    const isUsable = of?.paths === paths && of.theme === theme && scale <= (exact ? 1 : MOST_SCALED)
    if (of && isUsable && contains(of.area, view)) return { picture: this.#canvas, area: of.area }
    const area = grown(view, Math.min(view.width, view.height) / 3)
    const painter = new Painter(this.#canvas, area.width * zoom, area.height * zoom, theme)
    painter.paths(paths, { x: -area.x * zoom, y: -area.y * zoom, zoom })
    this.#of = { paths, theme, zoom, area }
    return { picture: this.#canvas, area }
  }
}
