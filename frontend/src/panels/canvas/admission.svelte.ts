/** Cards are drawn a few in a frame, because each takes a part of it. */

export class Admission {
  ids: ReadonlySet<string> = $state.raw(new Set())

  /** `most` is how many new cards are drawn in one frame. */
  constructor(readonly most: number) {}

  /** Draw these cards, those in `first` before the others; return what stops it. */
  want(wanted: ReadonlySet<string>, first: ReadonlySet<string>): () => void {
    const kept = [...wanted].filter((id) => this.ids.has(id))
    const added = [...wanted].filter((id) => !this.ids.has(id))
    const asked = added.filter((id) => first.has(id))
    const queue = [...asked, ...added.filter((id) => !first.has(id))]
    let drawn = Math.max(this.most, asked.length)
    if (queue.length <= drawn) {
      this.ids = wanted
      return () => undefined
    }
    this.ids = new Set([...kept, ...queue.slice(0, drawn)])
    const more = () => {
      drawn += this.most
      this.ids = drawn < queue.length ? new Set([...kept, ...queue.slice(0, drawn)]) : wanted
      if (drawn < queue.length) frame = requestAnimationFrame(more)
    }
    let frame = requestAnimationFrame(more)
    return () => cancelAnimationFrame(frame)
  }
}
