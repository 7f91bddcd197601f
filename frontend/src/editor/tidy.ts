/** Automatic layout: computed in a worker, animated, one step to undo. */
import type { Position } from '../contract'
import { moveNodes } from '../document/edits'
import { boundsOf } from '../document/geometry'
import { graphsOf, lookup } from '../document/lookup'
import type { Parts } from '../session'
import { t } from '../words/t'
import { layOut } from './arranging'
import { motion } from './camera.svelte'
import type { Canvas } from './canvas.svelte'

/** More cards than this are moved without animation. */
const MOST_MOVED = 300

/** From top to bottom, in as many columns as fit the canvas, or from left to right. */
export type Way = 'down' | 'columns' | 'right'

/**
 * Lay out what is selected, or everything when less than two nodes are. What is selected in a
 * drawing that runs to the right is laid out to the right.
 */
export async function tidy(canvas: Canvas, way: Way = 'down'): Promise<void> {
  if (canvas.folding.on) return canvas.folding.arrange(way === 'right')
  const { session, graph } = canvas
  const some = session.selection.nodes.size > 1
  const sideways = way === 'right' || (some && canvas.right)
  const nodes = some ? graph.nodes.filter(({ id }) => session.selection.nodes.has(id)) : graph.nodes
  if (nodes.length === 0) return
  const placed = await layOut({
    nodes,
    edges: graph.edges,
    ...(way === 'columns' ? { aspect: canvas.aspect } : {}),
    ...(sideways ? { sideways } : {}),
  })
  await nextFrame()
  const there = lookup(canvas.graph).nodes
  const present = new Map([...placed].filter(([id]) => there.has(id)))
  const moves = moveNodes(graph.id, present)
  if (present.size <= MOST_MOVED) {
    await glide(canvas, present)
    session.edit(moves)
    canvas.dragged = new Map()
  } else {
    await nextFrame()
    // Where the cards will be is often far away: those that are in view meanwhile need not be drawn.
    const bounds = boundsOf([...present.values()].map((position) => ({ position })))
    if (!some && bounds) await canvas.expect(bounds)
    await session.editInParts(moves, { pause: nextFrame, prepare: drawing(canvas) })
    await nextFrame()
  }
  session.notices.announce(t('editor.laidOut'))
  // The view may move so far that other cards, or a painted picture, are drawn: in a frame of its own.
  await nextFrame()
  if (!some) canvas.fit()
}

/** What drawing the open graph of a document needs. */
function drawing(canvas: Canvas): Parts['prepare'] {
  return (document) => {
    const graph = graphsOf(document).get(canvas.graphId)
    return graph ? canvas.drawingOf(graph) : []
  }
}

function nextFrame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(resolve))
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
