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

/** What is painted, and how. */
interface Subject {
  /** Which graph it is: of another one, nothing is shown. */
  graph: string
  shapes: readonly Shapes[]
  theme: string
  zoom: number
  area: Rect
}

export class Backdrop {
  readonly #worker = new BackdropWorker()
  /** What the worker paints, and what it is asked for after that. */
  #painting: Subject | null = null
  #next: Subject | null = null
  #painted: { subject: Subject; picture: ImageBitmap } | null = null
  #sent: readonly Shapes[] | null = null

  /** `painted` is called when there is a new picture. */
  constructor(painted: () => void) {
    this.#worker.onmessage = ({ data: picture }: MessageEvent<ImageBitmap>) => {
      this.#painted?.picture.close()
      this.#painted = this.#painting && { subject: this.#painting, picture }
      this.#painting = null
      if (this.#next) this.#ask(this.#next)
      painted()
    }
  }

  /**
   * Return the latest picture of a graph and the part of the canvas that it shows, if there is one.
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
  ): { picture: ImageBitmap; area: Rect } | null {
    const serves = (subject: Subject | null | undefined) =>
      subject?.graph === graph &&
      subject.shapes === shapes &&
      subject.theme === theme &&
      Math.max(zoom / subject.zoom, subject.zoom / zoom) <= (exact ? 1 : MOST_SCALED) &&
      contains(subject.area, view)
    if (!serves(this.#next ?? this.#painting ?? this.#painted?.subject)) {
      const area = grown(view, Math.min(view.width, view.height) / 3)
      this.#ask({ graph, shapes, theme, zoom, area })
    }
    if (this.#painted?.subject.graph !== graph) return null
    return { picture: this.#painted.picture, area: this.#painted.subject.area }
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
    this.#painted?.picture.close()
    this.#painted = null
  }
}
