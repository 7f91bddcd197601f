/**
 * The page's copy of a document: what the server has confirmed, and what it has not yet.
 *
 * An edit is shown at once: `document` is the confirmed document with every pending batch
 * applied again. A batch leaves the pending ones when its revision comes back or when all of it
 * was refused. Ids make it harmless to send a batch twice.
 */
import type { Document, Edited, Operation, Welcome } from '../contract'
import { equal } from '../document/equal'
import { newId } from '../document/ids'
import { type AllApplied, applyAll } from '../document/operations'
import { OrderedLog } from './log'

export interface Batch {
  id: string
  base: number
  operations: Operation[]
}

export class Replica {
  #confirmed: Document
  #log: OrderedLog<Edited>
  #pending: Batch[]
  #document: Document
  #stale = true

  constructor(document: Document, pending: Batch[], ask: (after: number) => void) {
    this.#confirmed = document
    this.#document = document
    this.#pending = pending
    this.#log = new OrderedLog<Edited>({
      dense: true,
      apply: (edited) => this.#confirm(edited),
      ask,
    })
  }

  /** The confirmed document with everything that is under way. */
  get document(): Document {
    if (this.#stale) {
      const operations = this.#pending.flatMap((batch) => batch.operations)
      this.#document = applyAll(this.#confirmed, operations).document
      this.#stale = false
    }
    return this.#document
  }

  get revision(): number {
    return this.#log.last
  }

  get pending(): readonly Batch[] {
    return this.#pending
  }

  /** Apply what applies of `operations` now; return the batch that tells the server. */
  edit(operations: readonly Operation[]): Batch | null {
    return this.take(applyAll(this.document, operations))
  }

  /** Take operations that have been applied to the document as it is. */
  take({ document, applied }: Pick<AllApplied, 'document' | 'applied'>): Batch | null {
    if (applied.length === 0) return null
    const batch = { id: newId(16), base: this.revision, operations: applied }
    this.#pending = [...this.#pending, batch]
    this.#document = document
    return batch
  }

  /** Begin from what the server says; a null document means that the missed edits follow. */
  welcome(message: Pick<Welcome, 'document' | 'revision'>): void {
    if (!message.document) return
    this.#confirmed = message.document
    this.#stale = true
    this.#log.reset(message.revision)
  }

  edited(message: Edited): void {
    this.#log.receive(message.revision, message)
    if (message.revision <= this.#log.last) this.settle(message.id)
  }

  /** A batch is done with: the log holds what was applied of it. */
  settle(id: string): void {
    const rest = this.#pending.filter((batch) => batch.id !== id)
    if (rest.length === this.#pending.length) return
    this.#pending = rest
    this.#stale = true
  }

  #confirm(edited: Edited): void {
    if (this.#isNext(edited)) {
      const [batch, ...rest] = this.#pending as [Batch, ...Batch[]]
      this.#pending = rest
      this.#confirmed =
        rest.length === 0 ? this.#document : applyAll(this.#confirmed, batch.operations).document
      return
    }
    this.#confirmed = applyAll(this.#confirmed, edited.operations).document
    this.#pending = this.#pending.filter((batch) => batch.id !== edited.id)
    this.#stale = true
  }
  /** Whether an edit is the oldest that is under way, as it was sent: what is shown then stays. */
  #isNext({ id, operations }: Edited): boolean {
    const [next] = this.#pending
    return !this.#stale && next?.id === id && equal(next.operations, operations)
  }
}
