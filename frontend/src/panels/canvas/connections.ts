/** Wires as xyflow reports them, and the edits that they become. */
import type { Connection, useSvelteFlow } from '@xyflow/svelte'
import { likelyPort, replacedBy, type Wire, whyNot } from '../../document/connect'
import { labelOf, portsOf } from '../../document/layers'
import { lookup } from '../../document/lookup'
import type { Editor } from '../../editor/editor.svelte'
import { disconnect, join, joinNode, reconnect } from '../../editor/wiring'
import { t } from '../../words/t'
import type { Drawn } from './drawn.svelte'
import type { Wire as FlowWire } from './flow'

interface Handle {
  nodeId: string
  id?: string | null
  type: 'source' | 'target'
}

interface ConnectionEnd {
  isValid: boolean | null
  fromHandle: Handle | null
  toHandle: unknown
}

/** The wire that is being drawn, as xyflow tells it. */
interface Drawing {
  inProgress: boolean
  fromHandle: Handle | null
  toHandle: Handle | null
}

/** What becomes of a wire that is being drawn. */
interface Foreseen {
  /** The card that it would end at. */
  target: string
  /** The wire that it would replace; null where it can't be drawn. */
  edge: string | null
  text: string
}

interface End {
  node: string
  port: string
}

function between(source: End, target: End): Wire {
  return {
    source: source.node,
    source_port: source.port,
    target: target.node,
    target_port: target.port,
  }
}

/** Return the position of a pointer in the window. */
export function pointOf(event: MouseEvent | TouchEvent): { x: number; y: number } {
  const point = 'changedTouches' in event ? event.changedTouches[0] : event
  return { x: point?.clientX ?? 0, y: point?.clientY ?? 0 }
}

function wireOf(connection: Connection): Wire {
  return {
    source: connection.source,
    source_port: connection.sourceHandle ?? 'output',
    target: connection.target,
    target_port: connection.targetHandle ?? 'inputs',
  }
}

/** Handles the wires that a person draws; xyflow itself adds none: wires come from the document. */
export class Connections {
  /** Set once xyflow is ready. */
  flow: ReturnType<typeof useSvelteFlow> | undefined
  /** The wire whose end is being moved. */
  #reconnecting: string | null = null

  constructor(
    private readonly editor: Editor,
    private readonly drawn: Drawn,
  ) {}

  isValid(connection: Connection): boolean {
    return !whyNot(this.editor.canvas.graph, wireOf(connection))
  }

  connect(connection: Connection): false {
    join(this.editor.canvas, wireOf(connection))
    return false
  }

  reconnect(changed: FlowWire, before: FlowWire): false {
    const { canvas } = this.editor
    const edge = lookup(canvas.graph).edges.get(before.id)
    if (edge) reconnect(canvas, edge, wireOf(changed as Connection))
    return false
  }

  begin(): void {
    this.editor.canvas.connecting = true
  }

  /** A wire dropped on a card goes to its likeliest port; on the canvas it opens the layer search. */
  end(event: MouseEvent | TouchEvent, state: ConnectionEnd): void {
    const { canvas } = this.editor
    canvas.connecting = false
    const { fromHandle, toHandle } = state
    if (!fromHandle || this.#reconnecting !== null) return
    if (toHandle) {
      this.#explain(state)
      return
    }
    const at = this.flow?.screenToFlowPosition(pointOf(event))
    if (!at) return
    const pointer = pointOf(event)
    const target = canvas.nodeAt(at)
    const port = fromHandle.id ?? 'output'
    if (target?.id === fromHandle.nodeId) return
    if (fromHandle.type === 'source' && target) joinNode(canvas, fromHandle.nodeId, port, target.id)
    else if (fromHandle.type === 'target' && target)
      this.#feedFrom(target.id, fromHandle.nodeId, port)
    else if (fromHandle.type === 'source')
      this.editor.search = {
        ...{ for: 'layer', at, pointer, strict: true },
        from: { node: fromHandle.nodeId, port },
      }
    else
      this.editor.search = {
        ...{ for: 'layer', at, pointer, from: null },
        into: { node: fromHandle.nodeId, port },
      }
  }

  /** Return what the wire that is being drawn would replace, or why it can't be drawn. */
  foresee(state: Drawing): Foreseen | null {
    const wire = state.inProgress ? this.#drawn(state) : null
    if (!wire) return null
    const { graph, layers } = this.editor.canvas
    const moved = this.#reconnecting ?? undefined
    const { target } = wire
    const reason = whyNot(graph, wire, moved)
    if (reason) return { target, edge: null, text: reason }
    const edge = replacedBy(graph, layers, wire).find(({ id }) => id !== moved)
    const source = edge && lookup(graph).nodes.get(edge.source)
    if (!edge || !source) return null
    const text = t('canvas.replaces', { source: labelOf(source, layers, graph) })
    return { target, edge: edge.id, text }
  }

  /** The wire that would be there if it were dropped now: on a port, or on a card. */
  #drawn({ fromHandle, toHandle }: Drawing): Wire | null {
    const { canvas } = this.editor
    if (!fromHandle) return null
    const from = { node: fromHandle.nodeId, port: fromHandle.id ?? '' }
    const isSource = fromHandle.type === 'source'
    if (toHandle && toHandle.type === fromHandle.type) return null
    if (toHandle) {
      const to = { node: toHandle.nodeId, port: toHandle.id ?? '' }
      return isSource ? between(from, to) : between(to, from)
    }
    const at = canvas.pointer && this.flow?.screenToFlowPosition(canvas.pointer)
    const node = at && this.#reconnecting === null ? canvas.nodeAt(at) : undefined
    if (!node || node.id === from.node) return null
    const { graph, layers } = canvas
    const port = isSource
      ? likelyPort(graph, layers, node)
      : portsOf(graph, node, layers).outputs[0]
    const to = port && { node: node.id, port: port.name }
    return to ? (isSource ? between(from, to) : between(to, from)) : null
  }

  beginReconnecting(edge: string): void {
    this.#reconnecting = edge
  }

  /** A wire whose end is dropped on no port is removed. */
  endReconnecting(edge: FlowWire, state: { toHandle: unknown }): void {
    this.#reconnecting = null
    this.editor.canvas.connecting = false
    if (!state.toHandle) disconnect(this.editor.canvas, edge.id)
  }

  #feedFrom(source: string, target: string, target_port: string): void {
    const ports = this.drawn.nodes.find(({ id }) => id === source)?.data.ports ?? []
    const output = ports.find(({ side }) => side === 'output')
    if (output)
      join(this.editor.canvas, { source, source_port: output.port.name, target, target_port })
  }

  /** Explain why a port refuses the wire that was dropped on it. */
  #explain(state: ConnectionEnd): void {
    const to = state.toHandle as Handle | null
    const from = state.fromHandle
    if (state.isValid || !to || !from || to.type === from.type) return
    const [source, target] = from.type === 'source' ? [from, to] : [to, from]
    const wire = { source: source.nodeId, source_port: source.id ?? '', target: target.nodeId }
    const reason = whyNot(this.editor.canvas.graph, { ...wire, target_port: target.id ?? '' })
    if (reason) this.editor.session.notices.error(reason)
  }
}
