/** Automatic layout in a worker, so that the page goes on. */
import type { Position } from '../contract'
import type { Sketch } from '../document/layout/arrange'
import LayoutWorker from './layout.worker?worker'

/** Return positions for the nodes of a graph, or of a part of it. */
export function layOut({ nodes, edges, ...how }: Sketch): Promise<Map<string, Position>> {
  return compute({
    nodes: nodes.map(({ id, position, layer = '' }) => ({ id, position, layer })),
    edges: edges.map(({ source, target, target_port = '' }) => ({ source, target, target_port })),
    ...how,
  })
}

function compute(sketch: Sketch): Promise<Map<string, Position>> {
  return new Promise((resolve, reject) => {
    const worker = new LayoutWorker()
    const done = <T>(then: (value: T) => void) => {
      return (value: T) => {
        worker.terminate()
        then(value)
      }
    }
    worker.onmessage = done(({ data }: MessageEvent<Float64Array>) => {
      resolve(new Map(sketch.nodes.map(({ id }, at) => [id, placeOf(data, at)])))
    })
    worker.onerror = done(({ message }: ErrorEvent) => reject(new Error(message)))
    worker.postMessage(sketch)
  })
}

function placeOf(numbers: Float64Array, at: number): Position {
  const [x = 0, y = 0] = numbers.subarray(2 * at, 2 * at + 2)
  return { x, y }
}
