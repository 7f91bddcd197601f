/**
 * Notices when somebody else sets what this person has just set: of two people who set the same
 * value at the same time, the one whose value is gone is told.
 */
import type { Document, Operation } from '../contract'
import { equal } from '../document/equal'
import { at } from '../document/operations'

/** Edits that follow each other within this time were made without knowing of each other. */
const TOGETHER = 10_000

interface Own {
  path: readonly string[]
  value: unknown
  time: number
}

export interface Loss {
  path: readonly string[]
  mine: unknown
  theirs: unknown
}

export class Overruled {
  #own = new Map<string, Own>()

  /** Remember the values that this person sets; positions are no values. */
  record(operations: readonly Operation[], time = Date.now()): void {
    for (const own of this.#own.values())
      if (time - own.time > TOGETHER) this.#own.delete(keyOf(own.path))
    for (const operation of operations) {
      if (operation.type !== 'set' || operation.path.at(-1) === 'position') continue
      const { path, value } = operation
      this.#own.set(keyOf(path), { path, value, time })
    }
  }

  /** Return what another's operations have changed of it, as the document is after them. */
  losses(operations: readonly Operation[], document: Document, time = Date.now()): readonly Loss[] {
    return operations.flatMap((operation) => {
      if (operation.type === 'replace') return []
      const { path } = operation
      const own = this.#own.get(keyOf(path))
      if (!own || time - own.time > TOGETHER) return []
      const theirs = at(document, path)
      if (equal(theirs, own.value)) return []
      this.#own.delete(keyOf(path))
      return [{ path, mine: own.value, theirs }]
    })
  }
}

function keyOf(path: readonly string[]): string {
  return path.join('/')
}
