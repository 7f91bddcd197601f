/** The document's graph as xyflow's nodes and edges; unchanged ones stay the same objects. */
import { type Edge as FlowEdge, type Node as FlowNode, Position as Side } from '@xyflow/svelte'
import type { Edge, Graph, Node, Position } from '../../contract'
import { type PlacedPort, PORT, placePorts } from '../../document/cardports'
import { runsRight } from '../../document/direction'
import { FOLD } from '../../document/folding'
import { isFrozen } from '../../document/freezing'
import { HEIGHT, WIDTH } from '../../document/geometry'
import { kindOf, type Layers, labelOf, portsOf } from '../../document/layers'
import { lookup, ownerOf } from '../../document/lookup'
import { cardFacts, wireFacts } from '../../editor/describing'
import { t } from '../../words/t'

export type LayerNode = FlowNode<{ node: Node; ports: PlacedPort[] }, 'layer' | 'fold'>
export type Wire = FlowEdge<{ edge: Edge }, 'wire'>

export interface Shown {
  ids: ReadonlySet<string>
  nodes: ReadonlySet<string>
  edges: ReadonlySet<string>
  /** Positions of nodes that are being dragged. */
  dragged: ReadonlyMap<string, Position>
}

export class Flow {
  #nodes = new Map<string, LayerNode>()
  #edges = new Map<string, Wire>()
  /** A node that shares a layer has other ports when its owner has changed. */
  #ports = new WeakMap<Node, { owner: Node | undefined; ports: PlacedPort[] }>()
  #layers: Layers = new Map()
  /** Whether the drawing runs to the right, so that ports are at the sides of cards. */
  #right = false
  /** The graph with the nodes that are folded, which count where nodes are numbered. */
  #whole: Graph | null = null

  nodes(graph: Graph, layers: Layers, shown: Shown, whole = graph): LayerNode[] {
    this.#whole = whole
    const right = runsRight(graph)
    if (layers !== this.#layers || right !== this.#right) this.#ports = new WeakMap()
    this.#layers = layers
    this.#right = right
    const before = this.#nodes
    this.#nodes = new Map()
    for (const node of lookup(graph).nodes.inOrder(shown.ids)) {
      const position = shown.dragged.get(node.id) ?? node.position
      this.#nodes.set(
        node.id,
        this.#node(graph, before.get(node.id), node, position, shown.nodes.has(node.id)),
      )
    }
    return [...this.#nodes.values()]
  }

  #node(
    graph: Graph,
    before: LayerNode | undefined,
    node: Node,
    position: Position,
    selected: boolean,
  ): LayerNode {
    const ports = this.#portsOf(graph, node)
    const ariaLabel = t(roleOf(graph, node), {
      label: labelOf(node, this.#layers, this.#whole ?? graph),
      kind: kindOf(node),
    })
    const isSame =
      before?.data.node === node && before.data.ports === ports && before.ariaLabel === ariaLabel
    if (isSame && before.selected === selected && near(before.position, position)) return before
    return {
      id: node.id,
      type: node.layer === FOLD ? 'fold' : 'layer',
      position,
      selected,
      data: isSame ? before.data : { node, ports },
      width: WIDTH,
      height: HEIGHT,
      measured: { width: WIDTH, height: HEIGHT },
      handles: ports.map(handleOf),
      domAttributes: {
        'aria-roledescription': t('canvas.cardRole'),
        'aria-describedby': cardFacts(node.id),
      },
      ariaLabel,
    }
  }

  #portsOf(graph: Graph, node: Node): PlacedPort[] {
    const owner = ownerOf(graph, node)
    const known = this.#ports.get(node)
    if (known && known.owner === owner) return known.ports
    const ports = placePorts(portsOf(graph, node, this.#layers), this.#right)
    this.#ports.set(node, { owner, ports })
    return ports
  }

  edges(graph: Graph, shown: Shown): Wire[] {
    const before = this.#edges
    this.#edges = new Map()
    for (const edge of this.#between(graph)) {
      if (!this.#hasPorts(edge)) continue
      const known = before.get(edge.id)
      const selected = shown.edges.has(edge.id)
      const label = this.#labelOf(graph, edge)
      const isSame =
        known?.data?.edge === edge && known.selected === selected && known.ariaLabel === label
      this.#edges.set(edge.id, isSame ? known : wireOf(edge, selected, label))
    }
    return [...this.#edges.values()]
  }

  /** The wires between the cards that are drawn, in the order of the document. */
  #between(graph: Graph): Edge[] {
    const { into, edges } = lookup(graph)
    const ends = [...this.#nodes.keys()].flatMap((id) => into.get(id) ?? [])
    const drawn = ends.filter(({ source }) => this.#nodes.has(source))
    return edges.inOrder(drawn.map(({ id }) => id))
  }

  /** What a wire is called: by the cards at its ends. */
  #labelOf(graph: Graph, { source, target }: Edge): string {
    const { nodes } = lookup(graph)
    const name = (id: string) => labelOf(nodes.get(id) as Node, this.#layers, this.#whole ?? graph)
    return t('canvas.wire', { source: name(source), target: name(target) })
  }

  /** A wire at a port that its node no longer has is a problem in the list, not a line. */
  #hasPorts(edge: Edge): boolean {
    const has = (id: string, side: PlacedPort['side'], name: string) =>
      this.#nodes
        .get(id)
        ?.data.ports.some((placed) => placed.side === side && placed.port.name === name)
    return (
      has(edge.source, 'output', edge.source_port) === true &&
      has(edge.target, 'input', edge.target_port) === true
    )
  }
}

/** The id of the element in which xyflow writes the keys of all wires. */
const WIRE_KEYS = 'svelte-flow__edge-desc-1'

function roleOf(
  graph: Graph,
  node: Node,
): 'canvas.card' | 'canvas.cardBypassed' | 'canvas.cardFrozen' {
  if (node.bypassed) return 'canvas.cardBypassed'
  return isFrozen(graph, node) ? 'canvas.cardFrozen' : 'canvas.card'
}

function near(a: Position, b: Position): boolean {
  return a.x === b.x && a.y === b.y
}

/** The edges of cards, as xyflow names them. */
export const EDGES: Readonly<Record<PlacedPort['edge'], Side>> = {
  top: Side.Top,
  bottom: Side.Bottom,
  left: Side.Left,
  right: Side.Right,
}

/** Return what the pointer can hit of a port. */
export function sizeOf({ edge, room }: PlacedPort): { width: number; height: number } {
  const beside = edge === 'left' || edge === 'right'
  return beside ? { width: PORT, height: room } : { width: room, height: PORT }
}

function handleOf(placed: PlacedPort): NonNullable<LayerNode['handles']>[number] {
  const { port, side, edge, x, y } = placed
  const { width, height } = sizeOf(placed)
  return {
    id: port.name,
    type: side === 'input' ? 'target' : 'source',
    position: EDGES[edge],
    x: x - width / 2,
    y: y - height / 2,
    width,
    height,
  }
}

function wireOf(edge: Edge, selected: boolean, ariaLabel: string): Wire {
  return {
    id: edge.id,
    type: 'wire',
    source: edge.source,
    sourceHandle: edge.source_port,
    target: edge.target,
    targetHandle: edge.target_port,
    selected,
    data: { edge },
    domAttributes: {
      'aria-roledescription': t('canvas.wireRole'),
      'aria-describedby': `${wireFacts(edge.id)} ${WIRE_KEYS}`,
    },
    ariaLabel,
  }
}
