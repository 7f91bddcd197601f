/**
 * A painted part of the canvas, kept as a picture that is moved and scaled until it no longer fits.
 * A worker paints it: thousands of shapes take longer than a frame.
 */
import { contains, grown, type Rect } from '../../document/geometry'
import BackdropWorker from './backdrop.worker?worker'
import { colorOf } from './painter'
import type { Asked, Shapes } from './shapes'

/** How far the picture may be scaled before it is painted anew. */
const MOST_SCALED = 1.3

/** What a picture shows of the canvas. */
export interface Painted {
  zoom: number
  area: Rect
}

/** What is painted, and how. */
interface Subject extends Painted {
  /** Which graph it is: of another one, nothing is shown. */
  graph: string
  shapes: readonly Shapes[]
  theme: string
}

export class Backdrop {
  readonly #worker = new BackdropWorker()
  /** What the worker paints, and what it is asked for after that. */
  #painting: Subject | null = null
  #next: Subject | null = null
  #painted: Subject | null = null
  #sent: readonly Shapes[] | null = null

  /** `show` is given each new picture. */
  constructor(show: (picture: ImageBitmap) => void) {
    this.#worker.onmessage = ({ data: picture }: MessageEvent<ImageBitmap>) => {
      this.#painted = this.#painting
      this.#painting = null
      if (this.#next) this.#ask(this.#next)
      show(picture)
    }
  }

  /**
   * Return what part of the canvas the latest picture shows, and at which zoom, if there is one of
   * this graph.
   * Another is painted if `view` leaves that part, if the zoom differs much (or at all, where
   * `exact`), or if there are other shapes.
   */
  of(
    graph: string,
    shapes: readonly Shapes[],
    view: Rect,
    zoom: number,
    theme: string,
    exact: boolean,
  ): Painted | null {
    const serves = (subject: Subject | null | undefined) =>
      subject?.graph === graph &&
      subject.shapes === shapes &&
      subject.theme === theme &&
      Math.max(zoom / subject.zoom, subject.zoom / zoom) <= (exact ? 1 : MOST_SCALED) &&
      contains(subject.area, view)
    if (!serves(this.#next ?? this.#painting ?? this.#painted)) {
      const area = grown(view, Math.min(view.width, view.height) / 3)
      this.#ask({ graph, shapes, theme, zoom, area })
    }
    return this.#painted?.graph === graph ? this.#painted : null
  }

  /** Paint something now, or after what is being painted; only the latest wish counts. */
  #ask(subject: Subject): void {
    if (this.#painting) {
      this.#next = subject
      return
    }
    this.#painting = subject
    this.#next = null
    const { shapes, theme, zoom, area } = subject
    const asked: Asked = {
      colors: new Map(shapes.map(({ token }) => [token, colorOf(token, theme)])),
      part: {
        x: area.x,
        y: area.y,
        zoom,
        width: area.width * zoom,
        height: area.height * zoom,
        ratio: globalThis.devicePixelRatio || 1,
      },
    }
    if (shapes !== this.#sent) asked.shapes = shapes
    this.#sent = shapes
    this.#worker.postMessage(asked)
  }

  /** End the worker. */
  close(): void {
    this.#worker.terminate()
  }
}
