/** What a layer starts with when it is placed: the catalogue's values, so that it works at once. */
import type { Entry, Node } from '../contract'

/** Return the parameters that a new node of this layer starts with. */
export function startingParams(entry: Entry): Node['params'] {
  return Object.fromEntries(
    entry.params.flatMap(({ name, start }) => (start == null ? [] : [[name, start]])),
  )
}
