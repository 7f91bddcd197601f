/** Connecting and disconnecting ports. */
import type { Edge } from '../contract'
import type { Wire } from '../document/connect'
import { connect, likelyPort, replacedBy, rewire, whyNot } from '../document/connect'
import { removeAll } from '../document/edits'
import { labelOf, portsOf } from '../document/layers'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

/** Connect two ports, or show why that is impossible; return whether it was possible. */
export function join(canvas: Canvas, wire: Wire): boolean {
  const { session, graph } = canvas
  const reason = whyNot(graph, wire)
  if (reason) {
    session.notices.error(reason)
    return false
  }
  tellReplaced(canvas, wire)
  session.edit(connect(graph, canvas.layers, wire))
  const name = (id: string) =>
    labelOf(canvas.node(id) ?? { name: '', layer: id }, canvas.layers, canvas.graph)
  session.notices.announce(
    t('editor.connected', { source: name(wire.source), target: name(wire.target) }),
  )
  return true
}

/** Say which wire gives way to a new one at an input that takes a single wire. */
function tellReplaced(canvas: Canvas, wire: Wire): void {
  const [edge] = replacedBy(canvas.graph, canvas.layers, wire)
  const [source, target] = [canvas.node(edge?.source ?? ''), canvas.node(wire.target)]
  if (!source || !target) return
  const name = (node: typeof source) => labelOf(node, canvas.layers, canvas.graph)
  const { notices } = canvas.session
  const action = { label: t('actions.undo'), perform: () => canvas.session.undo() }
  notices.show(t('editor.replaced', { source: name(source), target: name(target) }), { action })
}

/** Return what an output is called: its node, and the port where there are several. */
export function sourceName(
  canvas: Canvas,
  { source, source_port }: Pick<Wire, 'source' | 'source_port'>,
): string {
  const { graph, layers } = canvas
  const from = canvas.node(source)
  if (!from) return t('common.missingNode')
  const name = labelOf(from, layers, graph)
  return portsOf(graph, from, layers).outputs.length > 1 ? `${name} · ${source_port}` : name
}

/** Connect an output to the likeliest input of a node. */
export function joinNode(canvas: Canvas, source: string, port: string, target: string): boolean {
  const node = canvas.node(target)
  const input = node && likelyPort(canvas.graph, canvas.layers, node)
  if (!node || !input) return false
  return join(canvas, { source, source_port: port, target, target_port: input.name })
}

/** Move one end of a wire to another port. */
export function reconnect(canvas: Canvas, edge: Edge, wire: Wire): void {
  const reason = whyNot(canvas.graph, wire, edge.id)
  if (reason) {
    canvas.session.notices.error(reason)
    return
  }
  const isMoved = edge.target !== wire.target || edge.target_port !== wire.target_port
  if (isMoved) tellReplaced(canvas, wire)
  canvas.session.edit(rewire(canvas.graph, canvas.layers, edge, wire))
}

/** Remove a wire. */
export function disconnect(canvas: Canvas, edge: string): void {
  canvas.session.edit(removeAll(canvas.graph, new Set(), new Set([edge])))
  canvas.session.notices.announce(t('editor.wireRemoved'))
}
