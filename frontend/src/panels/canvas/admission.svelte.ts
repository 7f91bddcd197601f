/** Cards come and go a few in a frame, because each takes a part of it. */

export class Admission {
  ids: ReadonlySet<string> = $state.raw(new Set())

  /** `most` is how many cards are drawn or removed in one frame. */
  constructor(readonly most: number) {}

  /** Draw these cards, those in `first` before the others; return what stops it. */
  want(wanted: ReadonlySet<string>, first: ReadonlySet<string>): () => void {
    const added = [...wanted].filter((id) => !this.ids.has(id))
    const asked = added.filter((id) => first.has(id))
    const coming = [...asked, ...added.filter((id) => !first.has(id))]
    // What is out of view may wait until all that is in view is there.
    const going = [...this.ids].filter((id) => !wanted.has(id))
    let frame = 0
    const change = (most: number) => {
      const now = coming.splice(0, most)
      const gone = new Set(going.splice(0, most - now.length))
      const isDone = coming.length + going.length === 0
      this.ids = isDone ? wanted : new Set([...this.ids, ...now].filter((id) => !gone.has(id)))
      if (!isDone) frame = requestAnimationFrame(() => change(this.most))
    }
    // A view that jumps has enough to do in its first frame.
    const isFew = coming.length + going.length <= this.most
    change(isFew ? this.most : asked.length)
    return () => cancelAnimationFrame(frame)
  }
}
