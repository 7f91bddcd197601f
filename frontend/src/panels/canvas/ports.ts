/** Where the ports of a card lie along its edges. */
import type { Port } from '../../contract'
import { WIDTH } from '../../document/geometry'
import type { Ports } from '../../document/layers'

export interface PlacedPort {
  port: Port
  side: 'input' | 'output'
  /** From the node's left edge to the middle of the port. */
  x: number
  named: boolean
  /** Shown only while it is wired, or while a port is being chosen. */
  shy: boolean
}

/** How large a port is to the pointer; its dot is smaller, and wires end in its middle. */
export const PORT = 24
export const SHY_STEP = 14

/** Place ports along the edges of a card: what matters is spread, optional ones keep right. */
export function placePorts(ports: Ports): PlacedPort[] {
  return [...inputs(ports.inputs), ...spread(ports.outputs, 'output', WIDTH)]
}

function inputs(ports: readonly Port[]): PlacedPort[] {
  const main = ports.filter((port) => !port.optional)
  const shy = ports.filter((port) => port.optional)
  if (main.length === 0) return spread(shy, 'input', WIDTH)
  const room = shy.length > 2 ? WIDTH - SHY_STEP * (shy.length + 1) : WIDTH
  const first = WIDTH - SHY_STEP * shy.length
  return [
    ...spread(main, 'input', room),
    ...shy.map(
      (port, i): PlacedPort => ({
        port,
        side: 'input',
        x: first + i * SHY_STEP,
        named: false,
        shy: true,
      }),
    ),
  ]
}

function spread(ports: readonly Port[], side: PlacedPort['side'], room: number): PlacedPort[] {
  return ports.map((port, i) => ({
    port,
    side,
    x: (room * (i + 1)) / (ports.length + 1),
    named: ports.length > 1,
    shy: false,
  }))
}
