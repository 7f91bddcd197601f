/** Connecting and disconnecting ports. */
import type { Edge } from '../contract'
import type { Wire } from '../document/connect'
import { connect, likelyPort, rewire, whyNot } from '../document/connect'
import { removeAll } from '../document/edits'
import { labelOf } from '../document/layers'
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
  session.edit(connect(graph, canvas.layers, wire))
  const name = (id: string) =>
    labelOf(canvas.node(id) ?? { name: '', layer: id }, canvas.layers, canvas.graph)
  session.notices.announce(
    t('editor.connected', { source: name(wire.source), target: name(wire.target) }),
  )
  return true
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
  if (reason) canvas.session.notices.error(reason)
  else canvas.session.edit(rewire(canvas.graph, canvas.layers, edge, wire))
}

/** Remove a wire. */
export function disconnect(canvas: Canvas, edge: string): void {
  canvas.session.edit(removeAll(canvas.graph, new Set(), new Set([edge])))
  canvas.session.notices.announce(t('editor.wireRemoved'))
}
