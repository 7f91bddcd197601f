/** Code that is being edited in the panel. It outlives the tab, for it is work that would be lost. */
import { api, problemsOf } from '../../api'
import type { Problem } from '../../contract'
import { equal } from '../../document/equal'
import type { Session } from '../../session'

/** What became of the text when it was last applied. */
export interface Outcome {
  kind: 'refused' | 'partial'
  problems: readonly Problem[]
}

const ATTEMPTS = 3

export class Draft {
  /** The text as it stands in the editor. */
  text = $state('')
  outcome = $state.raw<Outcome | null>(null)
  busy = $state(false)
  /** The canvas that the text was written from. */
  #revision = $state(0)
  /** The code of that canvas: what differs from it is the edit. */
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

  /** Change the canvas as the text says, as one step; return whether all of it could be read. */
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

  /** The answer holds all of the document, so it must not be older than what is shown. */
  async #replace(text: string): Promise<readonly Problem[]> {
    const { session } = this
    for (let attempt = 1; ; attempt += 1) {
      // Without a connection nothing settles, and the call says so.
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
