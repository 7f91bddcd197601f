/**
 * One person's trail: the steps that can be undone and redone. The operations that undo a step
 * are derived when it is undone: what others have changed since is kept.
 */
import type { Document, Operation } from '../contract'
import { Draft } from '../document/draft'
import { equal } from '../document/equal'
import {
  type AllApplied,
  Applying,
  attempt,
  invert,
  isRefused,
  placeOf,
  type Refused,
} from '../document/operations'

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

/** A step whose operations are being applied. */
export interface Begun {
  take: (operations: readonly Operation[]) => void
  /** What they make of the document. */
  result: () => AllApplied
  /** Remember the step: it can be undone from now on. */
  end: () => void
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

  /** Apply operations in order, and remember them as a step. Steps with one `merge` key join. */
  apply(document: Document, operations: readonly Operation[], merge?: string): AllApplied {
    const step = this.begin(document, merge)
    step.take(operations)
    step.end()
    return step.result()
  }

  /** Begin a step whose operations are applied part by part. */
  begin(document: Document, merge?: string): Begun {
    const changes: Change[] = []
    const applying = new Applying(document, (draft, operation) =>
      applyOne(draft, operation, changes),
    )
    return {
      take: (operations) => applying.take(operations),
      result: () => applying.end(),
      end: () => {
        if (changes.length > 0) this.#remember(changes, merge)
      },
    }
  }

  #remember(changes: Change[], merge?: string): void {
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

/** Apply an operation to a draft; return it as it was understood, and add what it changed. */
function applyOne(draft: Draft, operation: Operation, changes: Change[]): Operation | Refused {
  const path = placeOf(operation)
  const inverse = invert(draft, operation, path)
  const applied = attempt(draft, operation)
  if (!isRefused(applied)) changes.push({ path, left: draft.at(path), inverse })
  return applied
}

/** Return what undoes a step, as operations and as the step that those are. */
function reverse(document: Document, { changes }: Step): Reversal & { step: Step } {
  const draft = new Draft(document)
  const operations: Operation[] = []
  const undone: Change[] = []
  for (const { path, left, inverse } of changes.toReversed()) {
    if (!equal(draft.at(path), left) || isRefused(applyOne(draft, inverse, undone))) continue
    operations.push(inverse)
  }
  const step = { changes: undone, merge: undefined, time: 0 }
  return { operations, skipped: changes.length - operations.length, step }
}
