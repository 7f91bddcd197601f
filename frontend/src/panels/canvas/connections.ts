/** Wires as xyflow reports them, and the edits that they become. */
import type { Connection, useSvelteFlow } from '@xyflow/svelte'
import { type Wire, whyNot } from '../../document/connect'
import { lookup } from '../../document/lookup'
import type { Editor } from '../../editor/editor.svelte'
import { disconnect, join, joinNode, reconnect } from '../../editor/wiring'
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
  #reconnecting = false

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
    if (!fromHandle || this.#reconnecting) return
    if (toHandle) {
      this.#explain(state)
      return
    }
    const at = this.flow?.screenToFlowPosition(pointOf(event))
    if (!at) return
    const target = canvas.nodeAt(at)
    const port = fromHandle.id ?? 'output'
    if (target?.id === fromHandle.nodeId) return
    if (fromHandle.type === 'source' && target) joinNode(canvas, fromHandle.nodeId, port, target.id)
    else if (fromHandle.type === 'target' && target)
      this.#feedFrom(target.id, fromHandle.nodeId, port)
    else if (fromHandle.type === 'source')
      this.editor.search = { for: 'layer', at, from: { node: fromHandle.nodeId, port } }
  }

  beginReconnecting(): void {
    this.#reconnecting = true
  }

  /** A wire whose end is dropped on no port is removed. */
  endReconnecting(edge: FlowWire, state: { toHandle: unknown }): void {
    this.#reconnecting = false
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
