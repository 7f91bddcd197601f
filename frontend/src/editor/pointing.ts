/** What lies under the pointer. */
import type { Position } from '../contract'

/** Return the wires under a point of the window, including the invisible margin around a line. */
export function edgesAt({ x, y }: Position): string[] {
  return document
    .elementsFromPoint(x, y)
    .flatMap((element) => element.closest<SVGElement>('.svelte-flow__edge')?.dataset.id ?? [])
}
