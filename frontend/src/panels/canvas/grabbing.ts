/** The space bar, which makes every drag move the view while it is held. */
import type { Canvas } from '../../editor/canvas.svelte'

/** Space goes down (`held`) or up. */
export function grab(canvas: Canvas, event: KeyboardEvent, held: boolean): void {
  if (event.key !== ' ') return
  canvas.grabbing = held && !takesSpace(event.target as Element)
  if (canvas.grabbing) event.preventDefault()
}

/** Whether space types or presses something there. */
function takesSpace(element: Element): boolean {
  return element.closest('input, textarea, select, dialog, button, [contenteditable]') !== null
}
