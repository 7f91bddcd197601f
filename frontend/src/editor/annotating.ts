/** Frames, notes, bypassed layers and bends of wires: what a person adds to the drawing. */
import type { Edge, Node, Operation, Position } from '../contract'
import {
  type Annotation,
  add,
  type COLORS,
  frameAround,
  type Kind,
  newNote,
  nodesIn,
  pathTo,
  remove,
} from '../document/annotations'
import { nodePath } from '../document/edits'
import { snapped } from '../document/geometry'
import { isInput } from '../document/inputs'
import { inOrder } from '../document/order'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'
import { tellSelected } from './selection'

function put(canvas: Canvas, kind: Kind, item: Annotation): void {
  canvas.session.edit([add(canvas.graphId, kind, item)])
  canvas.session.selection.set()
  canvas.annotation = { kind, id: item.id }
  canvas.writing = item.id
}

/** Draw a frame around the selected nodes, and write its title. */
export function frameSelection(canvas: Canvas): void {
  const chosen = canvas.session.selection.nodes
  put(canvas, 'frames', frameAround(canvas.graph.nodes.filter(({ id }) => chosen.has(id))))
  canvas.session.notices.announce(t('editor.framed', { count: chosen.size }))
}

/** Add a note at the pointer, or in the middle of the view, and write its text. */
export function addNote(canvas: Canvas, at?: Position | null): void {
  const pointer = canvas.pointer && canvas.mover?.screenToFlowPosition(canvas.pointer)
  put(canvas, 'notes', newNote(canvas.graph.nodes, snapped(at ?? pointer ?? canvas.center)))
  canvas.session.notices.announce(t('editor.noted'))
}

/** Return the selected frame or note. */
export function selectedAnnotation({ annotation, graph }: Canvas): Annotation | undefined {
  const items: readonly Annotation[] = annotation ? graph[annotation.kind] : []
  return items.find(({ id }) => id === annotation?.id)
}

/** Give the selected frame or note another colour. */
export function paint(canvas: Canvas, value: (typeof COLORS)[number]): void {
  if (!canvas.annotation) return
  const { kind, id } = canvas.annotation
  canvas.session.edit([{ type: 'set', path: pathTo(canvas.graphId, kind, id, 'color'), value }])
}

/** Return the ids of the nodes in the selected frame. */
export function nodesInside(canvas: Canvas): string[] {
  const item = selectedAnnotation(canvas)
  return item && 'title' in item ? nodesIn(canvas.graph, item).map(({ id }) => id) : []
}

/** Select the nodes in the selected frame; the focus goes to the first of them. */
export function selectInside(canvas: Canvas): void {
  const inside = new Set(nodesInside(canvas))
  canvas.annotation = null
  canvas.session.selection.set(inside)
  tellSelected(canvas)
  const first = inOrder(canvas.graph).find(({ id }) => inside.has(id))
  if (first) canvas.focus(first.id)
}

/** Remove the selected frame or note; the cards in a frame stay. */
export function removeAnnotation(canvas: Canvas): void {
  if (!canvas.annotation) return
  const { kind, id } = canvas.annotation
  canvas.annotation = null
  canvas.session.edit([remove(canvas.graphId, kind, id)])
  canvas.session.notices.announce(t('editor.annotationRemoved'))
}

/** The selected layers that would change if all of them were bypassed, or used again. */
function unlike({ session, graph }: Canvas, bypassed: boolean): Node[] {
  return graph.nodes.filter(
    (node) => session.selection.nodes.has(node.id) && !isInput(node) && node.bypassed !== bypassed,
  )
}

/** Whether a selected layer would change. */
export function canSetBypassed(canvas: Canvas, bypassed: boolean): boolean {
  return unlike(canvas, bypassed).length > 0
}

/** Bypass the selected layers, or stop bypassing them where all are. */
export function toggleBypass(canvas: Canvas): void {
  setBypassed(canvas, canSetBypassed(canvas, true))
}

/** Bypass the selected layers, or use them again. */
export function setBypassed(canvas: Canvas, bypassed: boolean): void {
  const { session, graph } = canvas
  const changed = unlike(canvas, bypassed)
  session.edit(
    changed.map(
      ({ id }): Operation => ({
        type: 'set',
        path: nodePath(graph.id, id, 'bypassed'),
        value: bypassed,
      }),
    ),
  )
  const count = changed.length
  session.notices.announce(t(bypassed ? 'editor.bypassed' : 'editor.used', { count }))
}

/** Set the points that a wire passes. */
export function bend(canvas: Canvas, edge: Edge, via: readonly Position[]): void {
  const path = ['graphs', canvas.graphId, 'edges', edge.id, 'via']
  const value = via.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }))
  canvas.session.edit([{ type: 'set', path, value }])
}

/** Add a point to a wire where it was double-clicked, between the points that lie around it. */
export function addBend(canvas: Canvas, edge: Edge, at: Position): void {
  const source = canvas.node(edge.source)?.position ?? at
  const target = canvas.node(edge.target)?.position ?? at
  const line = [source, ...edge.via, target]
  const detours = line.slice(1).map((point, index) => {
    const before = line[index] ?? point
    return away(before, at) + away(at, point) - away(before, point)
  })
  const index = detours.indexOf(Math.min(...detours))
  bend(canvas, edge, edge.via.toSpliced(index, 0, snapped(at)))
}

function away(a: Position, b: Position): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
