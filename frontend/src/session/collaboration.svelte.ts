/**
 * The shared document of a project, and the people in it. An edit is shown at once,
 * stored in case of a reload, and sent when there is a connection.
 */
import type {
  Arrived,
  Checked,
  ClientMessage,
  Document,
  Edited,
  Operation,
  Person,
  Presence,
  Problem,
  Refused,
  Verdict,
  Welcome,
} from '../contract'
import { emptyDocument } from '../document/model'
import type { AllApplied } from '../document/operations'
import { t } from '../words/t'
import type { Notices } from './notices.svelte'
import type { Outbox } from './outbox'
import { Overruled } from './overruled'
import { PresenceTeller } from './presence'
import { type Batch, Replica } from './replica'
import { verdictAfter } from './verdicts'

export type Saved = 'saved' | 'saving' | 'offline'

const RETRY_AFTER = 5_000
const LARGEST_BATCH = 20_000
/** A check that takes longer than this leaves the page with facts about an older document. */
const STALE_AFTER = 1_500

interface Options {
  outbox: Outbox
  notices: Notices
  send: (message: ClientMessage) => void
  /** What the others call this person. */
  name: () => string
  /** The document may have changed. */
  changed: () => void
}

export class Collaboration {
  document = $state.raw<Document>(emptyDocument())
  revision = $state(0)
  saved = $state<Saved>('saving')
  savedAt = $state.raw<Date | null>(null)
  /** The latest verdict of the checker, of the revision `checked`. */
  verdict = $state.raw<Verdict | null>(null)
  checked = $state(0)
  /** Whether the verdict has been about an older document for a while. */
  stale = $state(false)
  /** How many edits the server has not got yet. */
  kept = $state(0)
  /** The others on this project. */
  people = $state.raw<readonly Person[]>([])
  /** Whether the server has admitted this page since the connection opened. */
  joined = $state(false)
  #client = ''
  /** Whether the server has ever sent the document. */
  #known = false
  #waiting: (() => void)[] = []
  /** A large edit that is sent in a frame of its own, or before the next one. */
  #held: Batch | null = null
  /** The edits that the outbox keeps. */
  #stored: readonly Batch[] | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #staleness: ReturnType<typeof setTimeout> | undefined
  readonly #overruled = new Overruled()
  readonly #replica: Replica
  readonly #presence = new PresenceTeller((presence) => {
    if (this.people.length > 0) this.options.send({ type: 'move', ...presence })
  })

  constructor(readonly options: Options) {
    this.#replica = new Replica(this.document, options.outbox.adopt(), () => this.join())
  }

  stop(): void {
    this.#presence.stop()
    clearTimeout(this.#retry)
    clearTimeout(this.#staleness)
  }

  /** Tell the server who this is and what it has of the document. */
  join(): void {
    const revision = this.#replica.revision > 0 || this.#known ? this.#replica.revision : null
    this.options.send({ type: 'join', revision, name: this.options.name() })
  }

  /** Show operations that have been applied to `before`, and send them when there is a connection. */
  take(before: Document, result: Pick<AllApplied, 'document' | 'applied'>): void {
    if (this.#isNewest(before, result)) {
      this.#tell(this.#hand(result))
      this.#show()
    } else this.commit(result.applied)
  }

  /** The same in parts, with a pause after each; `shown` is called when the operations are. */
  async takeInParts(
    before: Document,
    result: Pick<AllApplied, 'document' | 'applied'>,
    pause: () => Promise<unknown>,
    shown: () => void,
  ): Promise<void> {
    if (!this.#isNewest(before, result)) {
      shown()
      this.commit(result.applied)
      return
    }
    this.#held = this.#hand(result)
    for (const part of [() => this.#tell(null), () => this.#keep()]) {
      await pause()
      part()
    }
    await pause()
    shown()
    this.#show()
  }

  /** Whether operations can be taken as they were applied: to the newest document, in one batch. */
  #isNewest(before: Document, { applied }: Pick<AllApplied, 'applied'>): boolean {
    return this.#replica.document === before && applied.length <= LARGEST_BATCH
  }

  /** Take operations that were applied to the newest document. */
  #hand({ document, applied }: Pick<AllApplied, 'document' | 'applied'>): Batch | null {
    this.#overruled.record(applied)
    return this.#replica.take({ document, applied })
  }

  /**
   * Send a batch, after the one that is held, when there is a connection; else both are sent when
   * there is one again.
   */
  #tell(batch: Batch | null): void {
    const batches = [this.#held, batch]
    this.#held = null
    for (const each of batches) if (each && this.joined) this.#send(each)
  }

  /** Show operations at once, and send them when there is a connection. */
  commit(operations: readonly Operation[]): void {
    this.#overruled.record(operations)
    for (let start = 0; start < operations.length; start += LARGEST_BATCH) {
      const batch = this.#replica.edit(operations.slice(start, start + LARGEST_BATCH))
      this.#tell(batch)
    }
    this.#show()
  }

  /**
   * Resolve with true once the server has every edit that was made so far, with false when that
   * takes more than `patience` milliseconds.
   */
  settled(patience?: number): Promise<boolean> {
    if (this.#replica.pending.length === 0) return Promise.resolve(true)
    return new Promise((resolve) => {
      const timer = patience === undefined ? undefined : setTimeout(() => resolve(false), patience)
      this.#waiting.push(() => {
        clearTimeout(timer)
        resolve(true)
      })
    })
  }

  /** Tell the others where this person is and what they hold. */
  tell(presence: Partial<Presence>): void {
    this.#presence.change(presence)
  }

  welcome(message: Welcome): void {
    const back = this.saved === 'offline' && this.#known
    this.#client = message.client
    this.people = message.people.filter(({ client }) => client !== message.client)
    this.#replica.welcome(message)
    this.joined = true
    this.#known = true
    for (const batch of this.#replica.pending) this.#send(batch)
    this.#presence.now()
    this.#show()
    if (back) this.options.notices.announce(t('project.back'))
  }

  lost(): void {
    this.joined = false
    this.saved = 'offline'
    this.people = []
  }

  edited(message: Edited): void {
    this.#replica.edited(message)
    this.#show()
    if (message.client !== this.#client) this.#tellLosses(message)
  }

  /** Tell which values of this person another one has just replaced. */
  #tellLosses({ client, operations }: Edited): void {
    const [loss] = this.#overruled.losses(operations, this.document)
    if (!loss) return
    const person = this.people.find((person) => person.client === client)
    this.options.notices.show(
      t('project.overruled', {
        name: person?.name ?? t('common.somebody'),
        field: loss.path.at(-1) ?? '',
        theirs: JSON.stringify(loss.theirs ?? null),
        mine: JSON.stringify(loss.mine),
      }),
    )
  }

  refused({ id, refused }: Refused): void {
    const { notices } = this.options
    for (const { problem } of refused.slice(0, 2)) notices.error(problem.message, problem.hint)
    this.#settle(id)
  }

  /** A batch could not be saved: temporary failures are sent again, permanent ones are dropped. */
  failed(problem: Problem, batch: string): void {
    if (problem.code === 'not_saved') this.#retryLater()
    else this.#settle(batch)
  }

  receiveVerdict(message: Checked): void {
    if (message.revision < this.checked) return
    const known = message.base === this.checked ? this.verdict : null
    const verdict = verdictAfter(known, message)
    if (verdict) {
      this.verdict = verdict
      this.checked = message.revision
      this.#watchStaleness()
    } else this.options.send({ type: 'ask_verdict' })
  }

  arrived({ person }: Arrived): void {
    if (person.client === this.#client) return
    const others = this.people.filter(({ client }) => client !== person.client)
    const isNew = others.length === this.people.length
    this.people = [...others, person].sort((a, b) => (a.client < b.client ? -1 : 1))
    // The new person does not know this person yet.
    if (isNew) this.#presence.now()
  }

  departed(client: string): void {
    this.people = this.people.filter((person) => person.client !== client)
  }

  #send(batch: Batch): void {
    this.options.send({ type: 'edit', ...batch })
  }

  #settle(batch: string): void {
    this.#replica.settle(batch)
    this.#show()
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined
      if (this.joined) for (const batch of this.#replica.pending) this.#send(batch)
    }, RETRY_AFTER)
  }

  /** Say after a while that the verdict is of an older document than the one that is shown. */
  #watchStaleness(): void {
    if (this.kept > 0 || this.checked < this.revision) {
      this.#staleness ??= setTimeout(() => {
        this.stale = true
      }, STALE_AFTER)
      return
    }
    clearTimeout(this.#staleness)
    this.#staleness = undefined
    this.stale = false
  }

  /** Keep the edits that are under way where a reload finds them. */
  #keep(): void {
    const { pending } = this.#replica
    if (pending !== this.#stored) this.options.outbox.keep(pending)
    this.#stored = pending
  }

  /** Show the replica's document. */
  #show(): void {
    const { pending } = this.#replica
    this.document = this.#replica.document
    this.revision = this.#replica.revision
    this.options.changed()
    this.#keep()
    this.kept = pending.length
    this.#watchStaleness()
    if (!this.joined) return
    const before = this.saved
    this.saved = pending.length > 0 ? 'saving' : 'saved'
    if (this.saved === 'saving') return
    if (before !== 'saved') this.savedAt = new Date()
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
