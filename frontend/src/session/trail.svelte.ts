/**
 * One person's trail: the steps that can be undone and redone. The operations that undo a step
 * are derived when it is undone: what somebody else has changed since is left alone.
 */
import type { Document, Operation } from '../contract'
import { equal } from '../document/equal'
import { apply, at, invert, isRefused, placeOf } from '../document/operations'

interface Change {
  path: string[]
  /** What stood at `path` when the step was done; undefined for nothing. */
  left: unknown
  inverse: Operation
}

interface Step {
  changes: Change[]
  merge: string | undefined
  time: number
}

const LIMIT = 500
const MERGE_WITHIN = 1_500

export class Trail {
  #done = $state.raw<readonly Step[]>([])
  #undone = $state.raw<readonly Step[]>([])

  constructor(readonly now: () => number = () => Date.now()) {}

  get canUndo(): boolean {
    return this.#done.length > 0
  }

  get canRedo(): boolean {
    return this.#undone.length > 0
  }

  /** Remember `operations`, about to be applied to `before`. Steps with one `merge` key join. */
  record(before: Document, operations: readonly Operation[], merge?: string): void {
    const changes = changesOf(before, operations)
    if (changes.length === 0) return
    this.#undone = []
    const last = this.#done.at(-1)
    const time = this.now()
    if (last && merge !== undefined && last.merge === merge && time - last.time < MERGE_WITHIN) {
      const step = { changes: [...last.changes, ...changes], merge, time }
      this.#done = this.#done.with(-1, step)
    } else this.#done = [...this.#done, { changes, merge, time }].slice(-LIMIT)
  }

  /** Return the operations that undo the last step, and how many places others have taken. */
  undo(document: Document): Reversal | null {
    const step = this.#done.at(-1)
    if (!step) return null
    const reversal = reverse(document, step)
    this.#done = this.#done.slice(0, -1)
    this.#undone = [...this.#undone, stepOf(document, reversal.operations)]
    return reversal
  }

  redo(document: Document): Reversal | null {
    const step = this.#undone.at(-1)
    if (!step) return null
    const reversal = reverse(document, step)
    this.#undone = this.#undone.slice(0, -1)
    this.#done = [...this.#done, stepOf(document, reversal.operations)]
    return reversal
  }
}

export interface Reversal {
  operations: Operation[]
  skipped: number
}

function stepOf(before: Document, operations: readonly Operation[]): Step {
  return { changes: changesOf(before, operations), merge: undefined, time: 0 }
}

function changesOf(before: Document, operations: readonly Operation[]): Change[] {
  const changes: Change[] = []
  let document = before
  for (const operation of operations) {
    const result = apply(document, operation)
    if (isRefused(result)) continue
    const inverse = invert(document, operation)
    document = result.document
    const path = placeOf(operation)
    changes.push({ path, left: at(document, path), inverse })
  }
  return changes
}

function reverse(document: Document, step: Step): Reversal {
  const operations: Operation[] = []
  let skipped = 0
  for (const change of step.changes.toReversed()) {
    const stands = equal(at(document, change.path), change.left)
    const result = stands ? apply(document, change.inverse) : null
    if (!result || isRefused(result)) skipped += 1
    else {
      document = result.document
      operations.push(change.inverse)
    }
  }
  return { operations, skipped }
}
