/** How the curves are looked at; it stays while one goes from run to run. */
import type { Zoom } from './chart'

class Looking {
  perBatch = $state(false)
  log = $state(false)
  /** Whether learning rate, throughput and memory are shown too. */
  more = $state(false)
  /** The weight of earlier values: 0 is none. */
  smoothing = $state(0)
  /** The layer that is shown large, by its key. */
  layer = $state<string | null>(null)
  zoom = $state.raw<Zoom | null>(null)
}

export const looking = new Looking()
