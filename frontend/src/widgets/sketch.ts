/** A small picture of a graph: where its nodes and wires go in a box of a given size. */
import type { Graph } from '../contract'

export interface Spot {
  id: string
  layer: string
  x: number
  y: number
}

export interface Sketch {
  /** Node centres. */
  nodes: Spot[]
  /** SVG path data, one per wire whose ends both exist. */
  wires: string[]
  /** Side of the square that a node is drawn as. */
  size: number
}

const LARGEST = 24
const SMALLEST = 4
const STEP = 40
/** Free space beside and above the outermost nodes. */
const MARGIN = { x: 20, y: 12 }

interface Axis {
  low: number
  span: number
  distances: number
}

function axis(values: number[]): Axis {
  const sorted = [...new Set(values)].sort((a, b) => a - b)
  const low = sorted[0] ?? 0
  return { low, span: (sorted.at(-1) ?? low) - low, distances: sorted.length - 1 }
}

/** The length of an axis: `STEP` between neighbours, less where there is no room for it. */
function length(along: Axis, room: number): number {
  return Math.min(room, along.distances * STEP)
}

function place(value: number, along: Axis, extent: number, box: number): number {
  const share = along.span === 0 ? 0.5 : (value - along.low) / along.span
  return box / 2 + (share - 0.5) * extent
}

/** Lay a graph out from left to right, from the places its nodes have on the canvas. */
export function sketch(graph: Graph, width: number, height: number): Sketch {
  const flow = axis(graph.nodes.map((node) => node.position.y))
  const across = axis(graph.nodes.map((node) => node.position.x))
  const room = {
    x: width - LARGEST - 2 * MARGIN.x,
    y: height - LARGEST - 2 * MARGIN.y,
  }
  const extent = { x: length(flow, room.x), y: length(across, room.y) }
  const nodes = graph.nodes.map((node) => ({
    id: node.id,
    layer: node.layer,
    x: place(node.position.y, flow, extent.x, width),
    y: place(node.position.x, across, extent.y, height),
  }))
  return { nodes, wires: wires(graph, nodes), size: size(flow, extent.x) }
}

function size(flow: Axis, extent: number): number {
  const step = flow.distances === 0 ? STEP : extent / flow.distances
  return Math.max(SMALLEST, Math.min(LARGEST, Math.round(step * 0.62)))
}

function wires(graph: Graph, nodes: Spot[]): string[] {
  const spots = new Map(nodes.map((spot) => [spot.id, spot]))
  return graph.edges.flatMap((edge) => {
    const from = spots.get(edge.source)
    const to = spots.get(edge.target)
    return from && to ? [curve(from, to)] : []
  })
}

function curve(from: Spot, to: Spot): string {
  const middle = (from.x + to.x) / 2
  return `M${at(from.x, from.y)} C${at(middle, from.y)} ${at(middle, to.y)} ${at(to.x, to.y)}`
}

function at(x: number, y: number): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`
}
