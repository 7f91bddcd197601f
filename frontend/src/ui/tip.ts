/** Notes that lie over the page, whole wherever their field is: below it, else above it. */
import type { Attachment } from 'svelte/attachments'

/** What stays free between a note, its field and the edges of the window. */
const GAP = 3
const MARGIN = 8

/** Show an element with the attribute `popover` beside its parent, while it is attached. */
export const beside: Attachment<HTMLElement> = (tip) => {
  const field = tip.parentElement as HTMLElement
  const place = () => {
    const { left, top, bottom, width } = field.getBoundingClientRect()
    tip.style.width = `${width}px`
    const { height } = tip.getBoundingClientRect()
    const isBelow = bottom + GAP + height + MARGIN <= innerHeight || top < height
    const right = innerWidth - MARGIN - width
    tip.style.left = `${Math.max(MARGIN, Math.min(left, right))}px`
    tip.style.top = `${isBelow ? bottom + GAP : top - GAP - height}px`
  }
  tip.showPopover?.()
  // A field is moved by scrolling, by the window, and by what appears above it.
  let [frame, before] = [0, '']
  const follow = () => {
    const { left, top, width, height } = field.getBoundingClientRect()
    const now = [left, top, width, height, innerWidth, innerHeight].join()
    if (now !== before) place()
    before = now
    frame = requestAnimationFrame(follow)
  }
  follow()
  return () => {
    cancelAnimationFrame(frame)
    tip.hidePopover?.()
  }
}
