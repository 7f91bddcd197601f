/**
 * Keeps edits that the server has not confirmed where a reload finds them. Each tab has a place
 * of its own; a tab that starts takes over what others have left behind, which is harmless since
 * the server knows each batch by its id.
 */
import { isObject } from '../document/model'
import type { Batch } from './replica'

const PREFIX = 'layerloom.pending.'

export class Outbox {
  readonly #key: string

  constructor(
    readonly project: string,
    tab: string,
    readonly storage: Storage | null = safeStorage(),
  ) {
    this.#key = `${PREFIX}${project}.${tab}`
  }

  /** Return every batch that was left for this project, oldest first, and make it this tab's. */
  adopt(): Batch[] {
    const batches = new Map<string, Batch>()
    for (const key of this.#keys()) {
      for (const batch of read(this.storage, key)) batches.set(batch.id, batch)
      if (key !== this.#key) this.storage?.removeItem(key)
    }
    const all = [...batches.values()].sort((a, b) => a.base - b.base)
    this.keep(all)
    return all
  }

  /** Replace the stored edits. A full or forbidden storage loses only this safety net. */
  keep(batches: readonly Batch[]): void {
    try {
      if (batches.length === 0) this.storage?.removeItem(this.#key)
      else this.storage?.setItem(this.#key, JSON.stringify(batches))
    } catch (error) {
      console.warn('Edits could not be kept for a reload:', error)
    }
  }

  #keys(): string[] {
    const keys = Array.from({ length: this.storage?.length ?? 0 }, (_, i) => this.storage?.key(i))
    const prefix = `${PREFIX}${this.project}.`
    return keys.filter((key) => key?.startsWith(prefix)) as string[]
  }
}

function read(storage: Storage | null, key: string): Batch[] {
  try {
    const value: unknown = JSON.parse(storage?.getItem(key) ?? '[]')
    return Array.isArray(value) ? value.filter(isBatch) : []
  } catch {
    return []
  }
}

function isBatch(value: unknown): value is Batch {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.base === 'number' &&
    Array.isArray(value.operations) &&
    value.operations.every((operation) => isObject(operation) && typeof operation.type === 'string')
  )
}

/** Return the browser's storage, or null where it is forbidden. */
export function safeStorage(): Storage | null {
  try {
    return globalThis.localStorage ?? null
  } catch {
    return null
  }
}
