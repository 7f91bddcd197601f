/** Tells the others where this person is and what they hold, a few times a second at most. */
import type { Presence } from '../contract'

const EVERY = 50
const NOWHERE: Presence = { cursor: null, graph: 'main', selection: [], dragging: {} }

export class PresenceTeller {
  #presence = NOWHERE
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(readonly tell: (presence: Presence) => void) {}

  change(presence: Partial<Presence>): void {
    this.#presence = { ...this.#presence, ...presence }
    this.#timer ??= setTimeout(() => this.now(), EVERY)
  }

  now(): void {
    this.stop()
    this.tell(this.#presence)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
