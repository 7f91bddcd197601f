/**
 * An ordered log with replay, on the side of its reader: it knows the last number it has
 * applied, drops what it already has, applies in order and asks for what it missed. A project's
 * revisions and a run's events are both followed with it.
 */
export class OrderedLog<Item> {
  /** The number of the last item that was applied. */
  last: number
  #early = new Map<number, Item>()
  #asked = false

  constructor(
    readonly options: {
      start?: number
      /** Every number counts: a gap is something missed. Otherwise numbers only grow. */
      dense: boolean
      apply: (item: Item, number: number) => void
      /** Ask the writer of the log for everything after this number. */
      ask?: (after: number) => void
    },
  ) {
    this.last = options.start ?? 0
  }

  /** Take an item as it arrives: once, twice, or before one that comes earlier. */
  receive(number: number, item: Item): void {
    if (number <= this.last) return
    if (this.options.dense && number > this.last + 1) this.#wait(number, item)
    else {
      this.#apply(number, item)
      this.#catchUp()
    }
  }

  /** Begin again from a number, because everything up to it came at once. */
  reset(last: number): void {
    this.last = last
    this.#asked = false
    for (const number of this.#early.keys()) if (number <= last) this.#early.delete(number)
    this.#catchUp()
  }

  #apply(number: number, item: Item): void {
    this.last = number
    this.#asked = false
    this.options.apply(item, number)
  }

  #wait(number: number, item: Item): void {
    this.#early.set(number, item)
    if (this.#asked) return
    this.#asked = true
    this.options.ask?.(this.last)
  }

  #catchUp(): void {
    for (let next = this.#early.get(this.last + 1); next !== undefined; ) {
      const number = this.last + 1
      this.#early.delete(number)
      this.#apply(number, next)
      next = this.#early.get(this.last + 1)
    }
  }
}
