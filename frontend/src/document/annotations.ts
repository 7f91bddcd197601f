/** Frames and notes: what people write on the canvas; none of it changes the model. */
import type { Frame, Graph, Note, Operation, Position } from '../contract'
import { moveNodes } from './edits'
import { boundsOf, grown, HEIGHT, meet, type Rect, rectOf, WIDTH } from './geometry'
import { newId } from './ids'

export type Kind = 'frames' | 'notes'
export type Annotation = Frame | Note

export const COLORS = ['gray', 'blue', 'green', 'yellow', 'orange', 'purple'] as const
/** How far a frame reaches around its cards: less than half the way to the next ones. */
const MARGIN = 16
/** The distance of a note from the cards. */
const BESIDE = 32

export function pathTo(graph: string, kind: Kind, id: string, ...rest: string[]): string[] {
  return ['graphs', graph, kind, id, ...rest]
}

/** Return a new frame around nodes. */
export function frameAround(nodes: Graph['nodes']): Frame {
  const bounds = boundsOf(nodes) ?? { x: 0, y: 0, width: WIDTH, height: HEIGHT }
  const { x, y, width, height } = grown(bounds, MARGIN)
  return { id: newId(), title: '', color: 'blue', position: { x, y }, width, height }
}

/** Return a new note at a place; beside the cards, where it would cover one. */
export function newNote(nodes: Graph['nodes'], at: Position): Note {
  const size = { width: 224, height: 128 }
  const place = { x: Math.round(at.x), y: Math.round(at.y) }
  const near = nodes.filter(
    ({ position: { y } }) => y < place.y + size.height && place.y < y + HEIGHT,
  )
  if (near.some(({ position }) => meet(rectOf(position), { ...place, ...size })))
    place.x = Math.max(...near.map(({ position }) => position.x)) + WIDTH + BESIDE
  return { id: newId(), text: '', color: 'yellow', position: place, ...size }
}

export function add(graph: string, kind: Kind, item: Annotation): Operation {
  return { type: 'add', path: ['graphs', graph, kind], item }
}

export function remove(graph: string, kind: Kind, id: string): Operation {
  return { type: 'remove', path: pathTo(graph, kind, id) }
}

export function rectOfAnnotation({ position, width, height }: Annotation): Rect {
  return { ...position, width, height }
}

/** Return the nodes whose cards lie wholly in a frame. */
export function nodesIn(graph: Graph, frame: Frame): Graph['nodes'] {
  const { x, y } = frame.position
  return graph.nodes.filter(
    ({ position }) =>
      position.x >= x &&
      position.y >= y &&
      position.x + WIDTH <= x + frame.width &&
      position.y + HEIGHT <= y + frame.height,
  )
}

/** Return the operations that move an annotation; a frame takes the cards in it along. */
export function move(graph: Graph, kind: Kind, item: Annotation, by: Position): Operation[] {
  const to = (at: Position) => ({ x: Math.round(at.x + by.x), y: Math.round(at.y + by.y) })
  const cards = kind === 'frames' ? nodesIn(graph, item as Frame) : []
  const places = cards.map(({ id, position }): [string, Position] => [id, to(position)])
  const path = pathTo(graph.id, kind, item.id, 'position')
  return [{ type: 'set', path, value: to(item.position) }, ...moveNodes(graph.id, new Map(places))]
}

/** Return the operations that give an annotation another size. */
export function resize(graph: string, kind: Kind, id: string, size: Size): Operation[] {
  return (['width', 'height'] as const).map((side) => ({
    type: 'set',
    path: pathTo(graph, kind, id, side),
    value: Math.max(Math.round(size[side]), LEAST),
  }))
}

interface Size {
  width: number
  height: number
}

const LEAST = 64
