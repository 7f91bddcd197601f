/**
 * The rules of operations on plain JSON with structural sharing: the same as in
 * engine/document/operations.py, tested by the same cases (tests/operations.json). The server validates
 * values; what it alone can refuse comes back as `Refused`.
 */
import type { Document, Operation } from '../contract'
import { Draft } from './draft'
import { RefusedError } from './model'

export { at } from './draft'

export interface Applied {
  document: Document
  /** The operation with every default filled in. */
  operation: Operation
}

export interface Refused {
  code: RefusedError['code']
  message: string
}

/** Return the changed document and the operation as understood, or why it can't be. */
export function apply(document: Document, operation: Operation): Applied | Refused {
  const draft = new Draft(document)
  const result = attempt(draft, operation)
  return isRefused(result) ? result : { document: draft.document(), operation: result }
}

/** Apply an operation to a draft: return it with every default filled in, or why it can't be. */
export function attempt(draft: Draft, operation: Operation): Operation | Refused {
  try {
    return draft.apply(operation)
  } catch (error) {
    if (error instanceof RefusedError) return { code: error.code, message: error.message }
    throw error
  }
}

export function isRefused(result: object): result is Refused {
  return 'code' in result
}

export interface AllApplied {
  document: Document
  applied: Operation[]
  /** The operations that can't be applied, by their index. */
  refused: [number, Refused][]
}

/** Apply in order, each by `applyOne`; operations that can't be applied are left out. */
export function applyAll(
  document: Document,
  operations: readonly Operation[],
  applyOne = attempt,
): AllApplied {
  const applying = new Applying(document, applyOne)
  applying.take(operations)
  return applying.end()
}

/** Operations that are applied to a document part by part. */
export class Applying {
  readonly #draft: Draft
  readonly #applied: Operation[] = []
  readonly #refused: [number, Refused][] = []

  constructor(
    document: Document,
    readonly applyOne = attempt,
  ) {
    this.#draft = new Draft(document)
  }

  take(operations: readonly Operation[]): void {
    for (const operation of operations) {
      const index = this.#applied.length + this.#refused.length
      const result = this.applyOne(this.#draft, operation)
      if (isRefused(result)) this.#refused.push([index, result])
      else this.#applied.push(result)
    }
  }

  end(): AllApplied {
    return { document: this.#draft.document(), applied: this.#applied, refused: this.#refused }
  }
}

/** Return the path of what `operation` writes: the member that it adds, or the place it names. */
export function placeOf(operation: Operation): string[] {
  if (operation.type === 'replace') return []
  if (operation.type === 'add') return [...operation.path, (operation.item as { id: string }).id]
  return operation.path
}

/** Return the operation that undoes `operation`, which must apply to `draft` and writes `place`. */
export function invert(
  draft: Draft,
  operation: Operation,
  place: string[] = placeOf(operation),
): Operation {
  switch (operation.type) {
    case 'replace':
      return { type: 'replace', document: draft.document() }
    case 'add':
      return { type: 'remove', path: place }
    case 'remove':
      return { type: 'add', path: operation.path.slice(0, -1), item: draft.at(operation.path) }
    case 'set':
    case 'unset': {
      const value = draft.at(operation.path)
      if (value === undefined) return { type: 'unset', path: operation.path }
      return { type: 'set', path: operation.path, value }
    }
  }
}
