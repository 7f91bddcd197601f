/** Automatic layout: computed in a worker, animated, one step to undo. */
import type { Position } from '../contract'
import { moveNodes } from '../document/edits'
import { t } from '../words/t'
import { type Canvas, motion } from './canvas.svelte'
import type { Sketch } from './layout'
import LayoutWorker from './layout.worker?worker'

/** More cards than this are moved without animation. */
const MOST_MOVED = 300

/** Lay out what is selected, or everything when less than two nodes are. */
export async function tidy(canvas: Canvas): Promise<void> {
  const { session, graph } = canvas
  const some = session.selection.nodes.size > 1
  const nodes = some ? graph.nodes.filter(({ id }) => session.selection.nodes.has(id)) : graph.nodes
  if (nodes.length === 0) return
  const placed = await compute({
    nodes: nodes.map(({ id, position }) => ({ id, position })),
    edges: graph.edges.map(({ source, target }) => ({ source, target })),
  })
  const present = new Map([...placed].filter(([id]) => canvas.node(id)))
  if (present.size <= MOST_MOVED) await glide(canvas, present)
  session.edit(moveNodes(graph.id, present))
  canvas.dragged = new Map()
  session.notices.announce(t('editor.laidOut'))
  if (!some) canvas.fit()
}

function compute(sketch: Sketch): Promise<Map<string, Position>> {
  return new Promise((resolve, reject) => {
    const worker = new LayoutWorker()
    const done = <T>(then: (value: T) => void) => {
      return (value: T) => {
        worker.terminate()
        then(value)
      }
    }
    worker.onmessage = done(({ data }: MessageEvent<Map<string, Position>>) => resolve(data))
    worker.onerror = done(({ message }: ErrorEvent) => reject(new Error(message)))
    worker.postMessage(sketch)
  })
}

/** Animate the cards to their new positions. */
function glide(canvas: Canvas, to: ReadonlyMap<string, Position>): Promise<void> {
  const time = motion()
  const from = new Map([...to.keys()].map((id) => [id, canvas.node(id)?.position]))
  const start = performance.now()
  return new Promise((resolve) => {
    function frame(now: number): void {
      const part = time === 0 ? 1 : Math.min((now - start) / time, 1)
      if (part >= 1) {
        resolve()
        return
      }
      const eased = 1 - (1 - part) ** 3
      const between = [...to].map(([id, { x, y }]): [string, Position] => {
        const begin = from.get(id) ?? { x, y }
        return [id, { x: begin.x + (x - begin.x) * eased, y: begin.y + (y - begin.y) * eased }]
      })
      canvas.dragged = new Map(between)
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
}
