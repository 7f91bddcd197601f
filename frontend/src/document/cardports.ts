/** Where the ports of a card lie along its edges: at its top and bottom, or at its left and right. */
import type { Port } from '../contract'
import { HEIGHT, WIDTH } from './geometry'
import type { Ports } from './layers'

export interface PlacedPort {
  port: Port
  side: 'input' | 'output'
  edge: 'top' | 'bottom' | 'left' | 'right'
  /** From the top left corner of the card to the middle of the port. */
  x: number
  y: number
  /** How large it is to the pointer along the edge. */
  room: number
  named: boolean
  /** Shown only while it is wired, or while a port is being chosen. */
  shy: boolean
}

/** How large a port is to the pointer; its dot is smaller, and wires end in its middle. */
export const PORT = 24
export const SHY_STEP = 14

/**
 * Place ports along the edges of a card: what matters is spread, optional ones keep right. In a
 * drawing to the right, the optional ones stay at the top: at the side there is no room for many.
 */
export function placePorts(ports: Ports, right = false): PlacedPort[] {
  const main = ports.inputs.filter((port) => !port.optional)
  const shy = ports.inputs.filter((port) => port.optional)
  const outputs = spread(ports.outputs, right ? 'right' : 'bottom', WIDTH)
  if (main.length === 0) return [...spread(shy, right ? 'left' : 'top', WIDTH), ...outputs]
  const room = shy.length > 2 ? WIDTH - SHY_STEP * (shy.length + 1) : WIDTH
  const first = WIDTH - SHY_STEP * shy.length
  const corner = shy.map(
    (port, i): PlacedPort => ({
      port,
      side: 'input',
      edge: 'top',
      x: first + i * SHY_STEP,
      y: 0,
      room: SHY_STEP,
      named: false,
      shy: true,
    }),
  )
  return [...spread(main, right ? 'left' : 'top', room), ...corner, ...outputs]
}

/** Whether a port is at an edge that the drawing runs through: top and bottom, or left and right. */
export function isAlong({ edge }: PlacedPort, right: boolean): boolean {
  return right === (edge === 'left' || edge === 'right')
}

/** Spread ports over an edge: over its height at a side, over `width` at the top or bottom. */
function spread(ports: readonly Port[], edge: PlacedPort['edge'], width: number): PlacedPort[] {
  const beside = edge === 'left' || edge === 'right'
  const step = (beside ? HEIGHT : width) / (ports.length + 1)
  return ports.map((port, i) => ({
    port,
    side: edge === 'top' || edge === 'left' ? 'input' : 'output',
    edge,
    x: beside ? (edge === 'left' ? 0 : WIDTH) : step * (i + 1),
    y: beside ? step * (i + 1) : edge === 'top' ? 0 : HEIGHT,
    room: beside ? Math.min(PORT, step) : PORT,
    named: ports.length > 1,
    shy: false,
  }))
}
