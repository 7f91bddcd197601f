/** Code that is being edited in the panel. It is kept while the tab is closed, so that no work is lost. */
import { api, problemsOf } from '../../api'
import type { Problem } from '../../contract'
import { equal } from '../../document/equal'
import type { Session } from '../../session'

/** The problems of the text when it was last applied. */
export interface Outcome {
  kind: 'refused' | 'partial'
  problems: readonly Problem[]
}

const ATTEMPTS = 3

export class Draft {
  /** The text in the editor. */
  text = $state('')
  outcome = $state.raw<Outcome | null>(null)
  busy = $state(false)
  /** The revision that the text was generated from. */
  #revision = $state(0)
  /** The code of that revision: what differs from it is the edit. */
  #base: string

  constructor(
    readonly session: Session,
    source: string,
  ) {
    this.text = source
    this.#base = source
    this.#revision = session.revision
  }

  /** Whether the canvas has changed since the text was written. */
  get isBehind(): boolean {
    return this.session.revision !== this.#revision
  }

  edit(text: string): void {
    this.text = text
    this.outcome = null
  }

  /** Apply the text to the document as one edit; return whether all of it could be read. */
  async apply(): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    const text = this.text
    try {
      const problems = await this.#replace(text)
      this.#base = text
      this.#revision = this.session.revision
      this.outcome = problems.length > 0 ? { kind: 'partial', problems } : null
      return problems.length === 0
    } catch (error) {
      this.outcome = { kind: 'refused', problems: problemsOf(error) }
      return false
    } finally {
      this.busy = false
    }
  }

  /** The response replaces the whole document, so it must not be based on an older revision. */
  async #replace(text: string): Promise<readonly Problem[]> {
    const { session } = this
    for (let attempt = 1; ; attempt += 1) {
      // Offline, edits never settle; the request below fails with a message.
      if (session.saved !== 'offline') await session.collaboration.settled()
      const { revision } = session
      const { document, problems } = await api.editedCode(session.project, text, this.#base)
      if (session.revision !== revision && attempt < ATTEMPTS) continue
      if (!equal(document, session.document)) session.edit([{ type: 'replace', document }])
      await session.collaboration.settled()
      return problems
    }
  }
}

/** The one draft of this page. */
export const drafts = $state<{ current: Draft | null }>({ current: null })
