/**
 * One person's trail: the steps that can be undone and redone. The operations that undo a step
 * are derived when it is undone: what others have changed since is kept.
 */
import type { Document, Operation } from '../contract'
import { Draft } from '../document/draft'
import { equal } from '../document/equal'
import { attempt, invert, isRefused, placeOf } from '../document/operations'

interface Change {
  path: string[]
  /** The value at `path` after the step; undefined for nothing. */
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
    const last = this.#done.at(-1)
    if (!last) return null
    const { step, ...reversal } = reverse(document, last)
    this.#done = this.#done.slice(0, -1)
    this.#undone = [...this.#undone, step]
    return reversal
  }

  redo(document: Document): Reversal | null {
    const last = this.#undone.at(-1)
    if (!last) return null
    const { step, ...reversal } = reverse(document, last)
    this.#undone = this.#undone.slice(0, -1)
    this.#done = [...this.#done, step]
    return reversal
  }
}

export interface Reversal {
  operations: Operation[]
  skipped: number
}

function changesOf(before: Document, operations: readonly Operation[]): Change[] {
  const draft = new Draft(before)
  return operations.flatMap((operation) => changeBy(draft, operation) ?? [])
}

/** Apply an operation to a draft; return what it changed, or null when it can't be applied. */
function changeBy(draft: Draft, operation: Operation): Change | null {
  const path = placeOf(operation)
  const inverse = invert(draft, operation, path)
  if (isRefused(attempt(draft, operation))) return null
  return { path, left: draft.at(path), inverse }
}

/** Return what undoes a step, as operations and as the step that those are. */
function reverse(document: Document, { changes }: Step): Reversal & { step: Step } {
  const draft = new Draft(document)
  const operations: Operation[] = []
  const undone: Change[] = []
  for (const { path, left, inverse } of changes.toReversed()) {
    const change = equal(draft.at(path), left) ? changeBy(draft, inverse) : null
    if (!change) continue
    operations.push(inverse)
    undone.push(change)
  }
  const step = { changes: undone, merge: undefined, time: 0 }
  return { operations, skipped: changes.length - operations.length, step }
}
