/** Documents of earlier revisions, fetched once each. */
import { api } from '../../api'
import type { Document } from '../../contract'

/** Revisions don't change, so a fetched one stays true; the oldest fetched ones are let go. */
const KEPT = 40

export class Past {
  readonly #documents = new Map<number, Promise<Document>>()

  constructor(readonly project: string) {}

  /** Return the document at a revision. Rejects with an ApiError; a later call tries again. */
  at(revision: number): Promise<Document> {
    const known = this.#documents.get(revision)
    if (known) return known
    const fetched = api.documentAt(this.project, revision)
    this.#documents.set(revision, fetched)
    fetched.catch(() => this.#documents.delete(revision))
    const [oldest] = this.#documents.keys()
    if (this.#documents.size > KEPT && oldest !== undefined) this.#documents.delete(oldest)
    return fetched
  }
}
