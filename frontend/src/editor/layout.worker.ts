import type { Position } from '../contract'
import { arrange, type Sketch } from '../document/layout/arrange'

/** Answers with the x and y of each node, in the order of the nodes. */
self.onmessage = ({ data }: MessageEvent<Sketch>) => {
  const placed = arrange(data)
  const numbers = new Float64Array(2 * data.nodes.length)
  data.nodes.forEach(({ id }, at) => {
    const { x, y } = placed.get(id) as Position
    numbers.set([x, y], 2 * at)
  })
  self.postMessage(numbers, { transfer: [numbers.buffer] })
}
