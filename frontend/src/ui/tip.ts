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
  place()
  // Whatever around it is scrolled.
  addEventListener('scroll', place, { capture: true, passive: true })
  addEventListener('resize', place)
  return () => {
    removeEventListener('scroll', place, { capture: true })
    removeEventListener('resize', place)
    tip.hidePopover?.()
  }
}
