/** The document's graph as xyflow's nodes and edges; unchanged ones stay the same objects. */
import { type Edge as FlowEdge, type Node as FlowNode, Position as Side } from '@xyflow/svelte'
import type { Edge, Graph, Node, Position } from '../../contract'
import { isFrozen } from '../../document/freezing'
import { HEIGHT, WIDTH } from '../../document/geometry'
import { kindOf, type Layers, labelOf, portsOf } from '../../document/layers'
import { lookup, ownerOf } from '../../document/lookup'
import { t } from '../../words/t'
import { type PlacedPort, PORT, placePorts, SHY_STEP } from './ports'

export type LayerNode = FlowNode<{ node: Node; ports: PlacedPort[] }, 'layer'>
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

  nodes(graph: Graph, layers: Layers, shown: Shown): LayerNode[] {
    if (layers !== this.#layers) this.#ports = new WeakMap()
    this.#layers = layers
    const before = this.#nodes
    this.#nodes = new Map()
    for (const node of graph.nodes) {
      if (!shown.ids.has(node.id)) continue
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
    const isSame = before?.data.node === node && before.data.ports === ports
    if (isSame && before.selected === selected && near(before.position, position)) return before
    return {
      id: node.id,
      type: 'layer',
      position,
      selected,
      data: isSame ? before.data : { node, ports },
      width: WIDTH,
      height: HEIGHT,
      measured: { width: WIDTH, height: HEIGHT },
      handles: ports.map(handleOf),
      domAttributes: { 'aria-roledescription': t('canvas.cardRole') },
      ariaLabel: t(isFrozen(graph, node) ? 'canvas.cardFrozen' : 'canvas.card', {
        label: labelOf(node, this.#layers, graph),
        kind: kindOf(node),
      }),
    }
  }

  #portsOf(graph: Graph, node: Node): PlacedPort[] {
    const owner = ownerOf(graph, node)
    const known = this.#ports.get(node)
    if (known && known.owner === owner) return known.ports
    const ports = placePorts(portsOf(graph, node, this.#layers))
    this.#ports.set(node, { owner, ports })
    return ports
  }

  edges(graph: Graph, shown: Shown): Wire[] {
    const before = this.#edges
    this.#edges = new Map()
    for (const edge of graph.edges) {
      if (!this.#nodes.has(edge.source) || !this.#nodes.has(edge.target)) continue
      if (!this.#hasPorts(edge)) continue
      const known = before.get(edge.id)
      const selected = shown.edges.has(edge.id)
      const isSame = known?.data?.edge === edge && known.selected === selected
      this.#edges.set(edge.id, isSame ? known : wireOf(edge, selected, graph, this.#layers))
    }
    return [...this.#edges.values()]
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

function near(a: Position, b: Position): boolean {
  return a.x === b.x && a.y === b.y
}

function handleOf({ port, side, x, shy }: PlacedPort): NonNullable<LayerNode['handles']>[number] {
  const isInput = side === 'input'
  const width = shy ? SHY_STEP : PORT
  return {
    id: port.name,
    type: isInput ? 'target' : 'source',
    position: isInput ? Side.Top : Side.Bottom,
    x: x - width / 2,
    y: (isInput ? 0 : HEIGHT) - PORT / 2,
    width,
    height: PORT,
  }
}

function wireOf(edge: Edge, selected: boolean, graph: Graph, layers: Layers): Wire {
  const { nodes } = lookup(graph)
  const name = (id: string) => labelOf(nodes.get(id) as Node, layers, graph)
  return {
    id: edge.id,
    type: 'wire',
    source: edge.source,
    sourceHandle: edge.source_port,
    target: edge.target,
    targetHandle: edge.target_port,
    selected,
    data: { edge },
    domAttributes: { 'aria-roledescription': t('canvas.wireRole') },
    ariaLabel: t('canvas.wire', { source: name(edge.source), target: name(edge.target) }),
  }
}
