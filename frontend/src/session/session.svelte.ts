/**
 * One project that is open in this page, put together from its parts: the collaboration on the
 * document, the runs, and what one person has selected, opened and can undo.
 */
import { api } from '../api'
import type {
  Catalogue,
  DataSet,
  Document,
  Environment,
  Failed,
  Graph,
  Operation,
  Problem,
  ServerMessage,
  Verdict,
  Welcome,
} from '../contract'
import { graphsOf } from '../document/lookup'
import type { AllApplied } from '../document/operations'
import { t } from '../words/t'
import { Collaboration, type Saved } from './collaboration.svelte'
import { DataFiles } from './datafiles.svelte'
import { Drafts } from './drafts.svelte'
import { Inside } from './inside.svelte'
import { Notices } from './notices.svelte'
import { Outbox } from './outbox'
import { Runs } from './runs.svelte'
import { Location, Selection } from './selection.svelte'
import { loadShared } from './shared'
import { type Open, Socket } from './socket'
import { tabId } from './tab'
import { type Begun, type Reversal, Trail } from './trail.svelte'
import { Uploads } from './uploads.svelte'
import { View } from './view.svelte'

export interface EditOptions {
  /** Edits with one key that follow each other closely are one step to undo. */
  merge?: string
}

/** How a large edit is made in parts. */
export interface Parts {
  pause: () => Promise<unknown>
  prepare: (document: Document) => Iterable<void>
}

/** How many operations are applied before the clock is looked at. */
const PART = 100
/** How much of a frame the parts of an edit may take, in milliseconds. */
const SHARE = 4

export interface SessionOptions {
  open?: Open
  outbox?: Outbox
  view?: View
}

/** What is done with each type of message; the compiler sees to it that none is forgotten. */
type Handlers = {
  [Type in ServerMessage['type']]: (message: Extract<ServerMessage, { type: Type }>) => void
}

export class Session {
  catalogue = $state.raw<Catalogue>({ keras: '', categories: [], layers: [], objects: [] })
  environment = $state.raw<Environment | null>(null)
  /** The data sets that come with Layerloom. */
  #builtIn = $state.raw<readonly DataSet[]>([])
  /** Whether everything that the editor needs has come. */
  ready = $state(false)
  /** Why it has not, when it can't. */
  failure = $state.raw<Problem | null>(null)
  /** Whether the page was opened by a view-only link: the server then refuses every edit. */
  viewOnly = $state(false)
  /** The identifier of the project's view-only link. */
  viewLink = $state('')

  readonly notices = new Notices()
  readonly drafts: Drafts
  readonly trail = new Trail()
  readonly view: View
  readonly collaboration: Collaboration
  readonly runs: Runs
  readonly inside: Inside
  readonly dataFiles = new DataFiles()
  readonly uploads: Uploads
  readonly selection: Selection
  readonly location: Location
  readonly #open: Open | undefined
  #socket: Socket | null = null

  constructor(
    readonly project: string,
    options: SessionOptions = {},
  ) {
    this.view = options.view ?? new View()
    this.uploads = new Uploads(project)
    this.drafts = new Drafts(() => this.document)
    this.#open = options.open
    this.collaboration = new Collaboration({
      outbox: options.outbox ?? new Outbox(project, tabId()),
      notices: this.notices,
      send: (message) => this.#socket?.send(message),
      name: () => this.view.name,
      changed: () => this.selection.prune(this.#openGraph()),
    })
    this.runs = new Runs((message) => {
      if (this.collaboration.joined) this.#socket?.send(message)
    })
    this.inside = new Inside((message) => {
      if (this.collaboration.joined) this.#socket?.send(message)
    })
    const tell = this.collaboration.tell.bind(this.collaboration)
    this.selection = new Selection(tell)
    this.location = new Location(() => this.document, this.selection, tell)
  }

  get document(): Document {
    return this.collaboration.document
  }

  /** The data sets that can be chosen: the project's own, then those that come with Layerloom. */
  get dataSets(): readonly DataSet[] {
    const sets = [...this.dataFiles.sets, ...this.#builtIn]
    const { dataSet } = this
    return dataSet && !sets.includes(dataSet) ? [dataSet, ...sets] : sets
  }

  /** The data set that the document names, by its id or by the hash of its rows. */
  get dataSet(): DataSet | null {
    const name = this.document.training.data
    if (!name) return null
    return this.#builtIn.find(({ id }) => id === name) ?? this.dataFiles.find(name)
  }

  get revision(): number {
    return this.collaboration.revision
  }

  /** The number of errors and warnings, which ask for attention. */
  readonly problemCount: number = $derived.by(
    () => this.verdict?.problems.filter(({ severity }) => severity !== 'note').length ?? 0,
  )

  get verdict(): Verdict | null {
    return this.collaboration.verdict
  }

  get saved(): Saved {
    return this.collaboration.saved
  }

  /** Load what every project shares and join this one. */
  async start(): Promise<void> {
    this.#connect()
    try {
      ;[this.catalogue, this.environment, this.#builtIn] = await loadShared()
      this.#becomeReady()
    } catch (error) {
      this.failure = error instanceof Error && 'problems' in error ? firstProblem(error) : null
      if (!this.failure) throw error
    }
  }

  close(): void {
    this.collaboration.stop()
    this.#socket?.close()
  }

  /** Change the document: one step to undo, shown at once, sent when there is a connection. */
  edit(operations: readonly Operation[], options: EditOptions = {}): void {
    if (this.#isRefused()) return
    const { document } = this
    const result = this.trail.apply(document, operations, options.merge)
    this.#take(document, result)
  }

  /**
   * Make a large edit without holding up a frame: in parts, with a pause whenever they have taken
   * their share of one. `prepare` finds, in parts as well, what showing the changed document needs.
   * If somebody changes the document meanwhile, the edit is made at once, to what it is then.
   */
  async editInParts(operations: readonly Operation[], { pause, prepare }: Parts): Promise<void> {
    if (this.#isRefused()) return
    const { document } = this
    const step = this.trail.begin(document)
    const parts = partsOf(step, operations, prepare)
    let part = parts.next()
    for (let began = performance.now(); !part.done; part = parts.next()) {
      if (performance.now() - began < SHARE) continue
      await pause()
      if (this.document !== document) return this.edit(operations)
      began = performance.now()
    }
    await pause()
    if (this.document !== document) return this.edit(operations)
    const result = part.value
    this.#tellRefused(result)
    await this.collaboration.takeInParts(document, result, pause, step.end)
  }

  #take(before: Document, result: AllApplied): void {
    this.#tellRefused(result)
    if (result.applied.length > 0) this.collaboration.take(before, result)
  }

  #tellRefused({ refused }: AllApplied): void {
    for (const [, problem] of refused) this.notices.error(problem.message)
  }

  #isRefused(): boolean {
    if (this.viewOnly) this.notices.show(t('project.viewOnly'), { hint: t('project.viewOnlyHint') })
    return this.viewOnly
  }

  undo(): void {
    this.#revert(this.trail.undo(this.document), t('project.undone'))
  }

  redo(): void {
    this.#revert(this.trail.redo(this.document), t('project.redone'))
  }

  /** Be called something else by the others. */
  rename(name: string): void {
    this.view.name = name
    if (this.collaboration.joined) this.collaboration.join()
  }

  #revert(reversal: Reversal | null, word: string): void {
    if (!reversal) return
    if (reversal.skipped > 0) this.notices.show(t('project.othersChange'))
    if (reversal.operations.length > 0) this.collaboration.commit(reversal.operations)
    this.notices.announce(word)
  }

  #openGraph(): Graph | undefined {
    return graphsOf(this.document).get(this.location.graph)
  }

  #connect(): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const url = `${scheme}://${location.host}/ws/projects/${encodeURIComponent(this.project)}`
    const handlers = {
      opened: () => this.collaboration.join(),
      received: (message: ServerMessage) => this.#receive(message),
      lost: () => this.collaboration.lost(),
    }
    this.#socket = new Socket(url, handlers, this.#open)
  }

  readonly #handlers: Handlers = {
    welcome: (message) => this.#welcome(message),
    edited: (message) => this.collaboration.edited(message),
    refused: (message) => this.collaboration.refused(message),
    checked: (message) => this.collaboration.receiveVerdict(message),
    arrived: (message) => this.collaboration.arrived(message),
    departed: ({ client }) => this.collaboration.departed(client),
    run: ({ run }) => this.runs.changed(run),
    data: ({ data }) => this.dataFiles.changed(data),
    data_removed: (message) => this.dataFiles.removed(message),
    run_removed: ({ run }) => this.runs.removed(run),
    queue: ({ queue }) => this.runs.queued(queue),
    happened: (message) => this.runs.happened(message),
    frame: (message) => this.inside.receive(message),
    failed: (message) => this.#failed(message),
  }

  #receive(message: ServerMessage): void {
    const handle = this.#handlers[message.type] as (message: ServerMessage) => void
    handle(message)
  }

  #welcome(message: Welcome): void {
    this.viewOnly = message.view_only
    this.viewLink = message.view
    this.collaboration.welcome(message)
    this.runs.welcome(message.runs)
    this.runs.queued(message.queue)
    this.runs.person = message.person
    this.inside.welcome()
    this.dataFiles.welcome(message.data)
    this.#becomeReady()
  }

  /** Ask the server again which devices it has, and how much memory they have free. */
  async lookForDevices(): Promise<void> {
    try {
      this.environment = await api.environment()
    } catch {
      // What was known of them stays.
    }
  }

  #becomeReady(): void {
    this.ready ||= this.collaboration.joined && this.environment !== null
  }

  #failed({ problem, id }: Failed): void {
    if (!this.ready || problem.code === 'no_project') this.failure = problem
    else this.notices.problem(problem)
    if (id !== null) this.collaboration.failed(problem, id)
  }
}

/** Apply operations and prepare what showing the result needs, part by part. */
function* partsOf(
  step: Begun,
  operations: readonly Operation[],
  prepare: Parts['prepare'],
): Generator<void, AllApplied> {
  for (let start = 0; start < operations.length; start += PART) {
    step.take(operations.slice(start, start + PART))
    yield
  }
  const result = step.result()
  yield
  yield* prepare(result.document)
  return result
}

function firstProblem(error: Error): Problem | null {
  return (error as Error & { problems: Problem[] }).problems[0] ?? null
}
