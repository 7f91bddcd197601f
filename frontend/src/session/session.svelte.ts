/**
 * One project that is open in this page: its document, who else is here, its runs, what is
 * selected. The owner of all state that the server shares with the page.
 */
import type {
  Catalogue,
  DataSet,
  Document,
  Environment,
  Operation,
  Person,
  Presence,
  Problem,
  RunOut,
  ServerMessage,
  Verdict,
  Welcome,
} from '../contract'
import { lookup } from '../document/layers'
import { emptyDocument } from '../document/model'
import { applyAll } from '../document/operations'
import { MAIN, wayTo } from '../document/submodels'
import { History, type Reversal } from './history'
import { Notices } from './notices.svelte'
import { Outbox } from './outbox'
import { PresenceTeller } from './presence'
import { type Batch, Replica } from './replica'
import { RunLog } from './runlog.svelte'
import { loadShared } from './shared'
import { type Open, Socket } from './socket'
import { tabId } from './tab'
import { View } from './view.svelte'

export type Saved = 'saved' | 'saving' | 'offline'

export interface EditOptions {
  /** Edits with one key that follow each other closely are one step to undo. */
  merge?: string
}

export interface Selection {
  readonly nodes: ReadonlySet<string>
  readonly edges: ReadonlySet<string>
}

export interface SessionOptions {
  open?: Open
  outbox?: Outbox
  view?: View
}

/** What is done with each type of message; the compiler sees to it that none is forgotten. */
type Handlers = {
  [Type in ServerMessage['type']]: (message: Extract<ServerMessage, { type: Type }>) => void
}

const RETRY_AFTER = 5_000
const LARGEST_BATCH = 20_000

export class Session {
  document = $state.raw<Document>(emptyDocument())
  revision = $state(0)
  saved = $state<Saved>('saving')
  savedAt = $state.raw<Date | null>(null)
  /** What the checker said last, of the document at `judged`. */
  verdict = $state.raw<Verdict | null>(null)
  judged = $state(0)
  /** The others on this project. */
  people = $state.raw<readonly Person[]>([])
  runs = $state.raw<readonly RunOut[]>([])
  client = $state('')
  catalogue = $state.raw<Catalogue>({ keras: '', categories: [], layers: [], objects: [] })
  environment = $state.raw<Environment | null>(null)
  dataSets = $state.raw<readonly DataSet[]>([])
  selection = $state.raw<Selection>({ nodes: new Set(), edges: new Set() })
  /** The graphs that were opened one inside the other, from the model on. */
  #trail = $state.raw<readonly string[]>([MAIN])
  /** The node to bring into view; a new object each time. */
  revealed = $state.raw<{ node: string } | null>(null)
  /** Whether everything that the editor needs has come. */
  ready = $state(false)
  /** Why it has not, when it can't. */
  failure = $state.raw<Problem | null>(null)
  canUndo = $state(false)
  canRedo = $state(false)

  readonly notices = new Notices()
  readonly view: View
  readonly #history = new History()
  readonly #outbox: Outbox
  readonly #replica: Replica
  readonly #logs = new Map<string, RunLog>()
  readonly #open: Open | undefined
  #socket: Socket | null = null
  #joined = false
  readonly #presence = new PresenceTeller((presence) => {
    if (this.people.length > 0) this.#socket?.send({ type: 'move', ...presence })
  })
  #waiting: (() => void)[] = []
  #retry: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly project: string,
    options: SessionOptions = {},
  ) {
    this.view = options.view ?? new View()
    this.#open = options.open
    this.#outbox = options.outbox ?? new Outbox(project, tabId())
    this.#replica = new Replica(this.document, this.#outbox.adopt(), () => this.#join())
  }

  get drawer(): View['drawer'] {
    return this.view.drawer
  }

  /** Load what every project shares and join this one. */
  async start(): Promise<void> {
    this.#connect()
    try {
      ;[this.catalogue, this.environment, this.dataSets] = await loadShared()
      this.#ready()
    } catch (error) {
      this.failure = error instanceof Error && 'problems' in error ? firstProblem(error) : null
      if (!this.failure) throw error
    }
  }

  close(): void {
    this.#presence.stop()
    clearTimeout(this.#retry)
    this.#socket?.close()
  }

  /** Change the document: one step to undo, shown at once, sent when there is a connection. */
  edit(operations: readonly Operation[], options: EditOptions = {}): void {
    const before = this.document
    const { applied, refused } = applyAll(before, operations)
    for (const [, problem] of refused) this.notices.error(problem.message)
    if (applied.length === 0) return
    this.#history.record(before, applied, options.merge)
    this.#commit(applied)
  }

  /** Resolves once the server has every edit that was made so far. */
  settled(): Promise<void> {
    if (this.#replica.pending.length === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  undo(): void {
    this.#revert(this.#history.undo(this.document), 'Undone')
  }

  redo(): void {
    this.#revert(this.#history.redo(this.document), 'Done again')
  }

  /** Select exactly these nodes and edges. */
  select(nodes: Iterable<string> = [], edges: Iterable<string> = []): void {
    this.selection = { nodes: new Set(nodes), edges: new Set(edges) }
    this.move({ selection: [...this.selection.nodes].slice(0, 2_000) })
  }

  /** The way to the graph that is open, through those that are still there. */
  get trail(): readonly string[] {
    const there = new Set(this.document.graphs.map(({ id }) => id))
    const gone = this.#trail.findIndex((id) => !there.has(id))
    return gone < 0 ? this.#trail : this.#trail.slice(0, gone)
  }

  /** The graph that is open on the canvas. */
  get graph(): string {
    return this.trail.at(-1) ?? MAIN
  }

  /** Open a graph: one of those around, one that is called here, or any other. */
  enter(graph: string): void {
    if (graph === this.graph) return
    const at = this.trail.indexOf(graph)
    const called = this.document.graphs
      .find(({ id }) => id === this.graph)
      ?.nodes.some((node) => node.graph === graph)
    if (at >= 0) this.#trail = this.trail.slice(0, at + 1)
    else this.#trail = called ? [...this.trail, graph] : wayTo(this.document, graph)
    this.select()
    this.move({ graph, cursor: null, dragging: {} })
  }

  /** Select a node and bring it into view, in the graph that is open or in another. */
  reveal(node: string, graph = this.graph): void {
    this.enter(graph)
    this.select([node])
    this.revealed = { node }
  }

  /** Follow a run's events; the same log each time it is asked for. */
  watch(run: string): RunLog {
    const known = this.#logs.get(run)
    if (known) return known
    const log = new RunLog(run)
    this.#logs.set(run, log)
    if (this.#joined) this.#socket?.send({ type: 'watch', run, after: 0 })
    return log
  }

  /** Forget a run's events and follow it no longer. */
  unwatch(run: string): void {
    if (this.#logs.delete(run)) this.#socket?.send({ type: 'unwatch', run })
  }

  /** Be called something else by the others. */
  rename(name: string): void {
    this.view.name = name
    if (this.#joined) this.#join()
  }

  /** Tell the others where I am and what I hold. */
  move(presence: Partial<Presence>): void {
    this.#presence.change(presence)
  }

  #commit(operations: readonly Operation[]): void {
    for (let start = 0; start < operations.length; start += LARGEST_BATCH) {
      const batch = this.#replica.edit(operations.slice(start, start + LARGEST_BATCH))
      if (batch && this.#joined) this.#sendBatch(batch)
    }
    this.#show()
  }

  #revert(reversal: Reversal | null, word: string): void {
    if (!reversal) return
    if (reversal.skipped > 0)
      this.notices.show('Somebody else has changed this since; their change stays.')
    if (reversal.operations.length > 0) this.#commit(reversal.operations)
    this.#show()
    this.notices.announce(word)
  }

  /** Bring what the replica and the history hold into view. */
  #show(): void {
    this.document = this.#replica.document
    this.revision = this.#replica.revision
    this.canUndo = this.#history.canUndo
    this.canRedo = this.#history.canRedo
    this.#prune()
    this.#outbox.keep(this.#replica.pending)
    const before = this.saved
    if (!this.#joined) return
    if (this.#replica.pending.length === 0) for (const resolve of this.#waiting.splice(0)) resolve()
    this.saved = this.#replica.pending.length > 0 ? 'saving' : 'saved'
    if (this.saved === 'saved' && before !== 'saved') this.savedAt = new Date()
  }

  /** What is no longer there is no longer selected. */
  #prune(): void {
    const { nodes, edges } = this.selection
    if (nodes.size + edges.size === 0) return
    const open = this.document.graphs.find(({ id }) => id === this.graph)
    const there = open && lookup(open)
    const keptNodes = [...nodes].filter((id) => there?.nodes.has(id))
    const keptEdges = [...edges].filter((id) => there?.edges.has(id))
    if (keptNodes.length + keptEdges.length < nodes.size + edges.size)
      this.select(keptNodes, keptEdges)
  }

  #connect(): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const url = `${scheme}://${location.host}/ws/projects/${encodeURIComponent(this.project)}`
    const handlers = {
      opened: () => this.#join(),
      received: (message: ServerMessage) => this.#receive(message),
      lost: () => this.#lost(),
    }
    this.#socket = new Socket(url, handlers, this.#open)
  }

  #join(): void {
    const revision = this.#replica.revision > 0 || this.ready ? this.#replica.revision : null
    this.#socket?.send({ type: 'join', revision, name: this.view.name })
  }

  #lost(): void {
    this.#joined = false
    this.saved = 'offline'
    this.people = []
  }

  #sendBatch(batch: Batch): void {
    this.#socket?.send({ type: 'edit', ...batch })
  }

  readonly #handlers: Handlers = {
    welcome: (message) => this.#welcome(message),
    edited: (message) => {
      this.#replica.edited(message)
      this.#show()
    },
    refused: (message) => this.#refused(message.id, message.refused),
    judged: ({ revision, verdict }) => {
      if (revision < this.judged) return
      this.verdict = verdict
      this.judged = revision
    },
    arrived: ({ person }) => this.#arrived(person),
    departed: ({ client }) => {
      this.people = this.people.filter((person) => person.client !== client)
    },
    run: ({ run }) => {
      const others = this.runs.filter((other) => other.id !== run.id)
      this.runs = [run, ...others].sort(newestFirst)
    },
    run_removed: ({ run }) => {
      this.#logs.delete(run)
      this.runs = this.runs.filter((other) => other.id !== run)
    },
    happened: (message) => this.#logs.get(message.run)?.receive(message),
    failed: ({ problem, id }) => this.#failed(problem, id),
  }

  #receive(message: ServerMessage): void {
    const handle = this.#handlers[message.type] as (message: ServerMessage) => void
    handle(message)
  }

  #welcome(message: Welcome): void {
    const back = this.saved === 'offline' && this.ready
    this.client = message.client
    this.people = message.people.filter((person) => person.client !== message.client)
    this.runs = message.runs.toSorted(newestFirst)
    this.#replica.welcome(message)
    this.#joined = true
    for (const batch of this.#replica.pending) this.#sendBatch(batch)
    for (const [run, log] of this.#logs) this.#socket?.send({ type: 'watch', run, after: log.last })
    this.#presence.now()
    this.#show()
    this.#ready()
    if (back) this.notices.announce('The connection is back.')
  }

  #ready(): void {
    this.ready ||= this.#joined && this.environment !== null
  }

  #refused(id: string, refused: readonly { problem: Problem }[]): void {
    for (const { problem } of refused.slice(0, 2)) this.notices.error(problem.message, problem.hint)
    this.#replica.settle(id)
    this.#show()
  }

  #failed(problem: Problem, batch: string | null): void {
    if (!this.ready || problem.code === 'no_project') this.failure = problem
    else this.notices.problem(problem)
    if (batch === null) return
    // The server could not write it down now (a full disk, say); what it can't take at all goes.
    if (problem.code === 'not_saved') this.#retryLater()
    else {
      this.#replica.settle(batch)
      this.#show()
    }
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined
      if (this.#joined) for (const batch of this.#replica.pending) this.#sendBatch(batch)
    }, RETRY_AFTER)
  }

  #arrived(person: Person): void {
    if (person.client === this.client) return
    const others = this.people.filter((other) => other.client !== person.client)
    const isNew = others.length === this.people.length
    this.people = [...others, person].sort((a, b) => (a.client < b.client ? -1 : 1))
    // Whoever just came knows nothing of me yet.
    if (isNew) this.#presence.now()
  }
}

function newestFirst(a: RunOut, b: RunOut): number {
  return b.number - a.number
}

function firstProblem(error: Error): Problem | null {
  return (error as Error & { problems: Problem[] }).problems[0] ?? null
}
