/** A server for tests: the rules of a room in memory, and sockets whose messages wait in line. */
import type {
  ClientMessage,
  Document,
  Edit,
  Edited,
  EventOut,
  Problem,
  ServerMessage,
} from '../contract'
import { applyAll } from '../document/operations'

export class FakeSocket {
  readyState: number = WebSocket.CONNECTING
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: CloseEvent) => void) | null = null
  /** What the page has sent and the server has not read yet. */
  readonly up: ClientMessage[] = []
  /** What the server has sent and the page has not read yet. */
  readonly down: ServerMessage[] = []

  constructor(
    readonly server: FakeServer,
    readonly name: string,
  ) {}

  send(text: string): void {
    this.up.push(JSON.parse(text) as ClientMessage)
  }

  close(): void {
    this.readyState = WebSocket.CLOSED
    this.server.sockets.delete(this)
  }

  open(): void {
    this.readyState = WebSocket.OPEN
    this.server.sockets.add(this)
    this.onopen?.()
  }

  /** The line breaks: whatever is on its way is lost. */
  break(): void {
    this.close()
    this.onclose?.(new CloseEvent('close'))
  }

  /** Let the server read one message; return whether there was one. */
  pumpUp(): boolean {
    const message = this.up.shift()
    if (message) this.server.read(this, message)
    return message !== undefined
  }

  pumpDown(): boolean {
    const message = this.down.shift()
    if (message) this.onmessage?.({ data: JSON.stringify(message) })
    return message !== undefined
  }

  pump(): void {
    while (this.pumpUp() || this.pumpDown());
  }
}

export class FakeServer {
  readonly sockets = new Set<FakeSocket>()
  readonly log: Edited[] = []
  events: EventOut[] = []
  /** Whether pages join by a view-only link. */
  viewOnly = false
  /** Parameter values that the server's validation refuses. */
  refusedValue: unknown = Symbol('none')
  #start: Document

  constructor(public document: Document) {
    this.#start = document
  }

  socket(name: string): FakeSocket {
    return new FakeSocket(this, name)
  }

  read(socket: FakeSocket, message: ClientMessage): void {
    if (message.type === 'join') this.#join(socket, message.revision)
    if (message.type === 'edit') this.#edit(socket, message)
    if (message.type === 'watch')
      for (const event of this.events.filter(({ seq }) => seq > message.after))
        socket.down.push({ type: 'happened', ...event })
  }

  #join(socket: FakeSocket, revision: number | null): void {
    const document = revision === null ? this.document : null
    socket.down.push({
      type: 'welcome',
      client: socket.name,
      revision: this.log.length + 1,
      view: 'viewAAAAAAAAAAAA',
      view_only: this.viewOnly,
      person: 'person',
      document,
      people: [],
      runs: [],
      queue: [],
      data: [],
    })
    if (revision !== null)
      socket.down.push(...this.log.filter((edited) => edited.revision > revision))
  }

  #edit(socket: FakeSocket, { id, operations }: Edit): void {
    const known = this.log.find((edited) => edited.id === id)
    if (known) {
      socket.down.push(known)
      return
    }
    const valid = operations.filter(
      (operation) => operation.type !== 'set' || operation.value !== this.refusedValue,
    )
    const { document, applied } = applyAll(this.document, valid)
    this.document = document
    const revision = this.log.length + 2
    if (applied.length > 0) {
      const edited = { type: 'edited' as const, revision, client: socket.name, id }
      this.log.push({ ...edited, operations: applied })
      for (const other of this.sockets) other.down.push({ ...edited, operations: applied })
    }
    if (applied.length < operations.length)
      socket.down.push({ type: 'refused', id, revision, refused: [{ index: 0, problem: PROBLEM }] })
  }

  /** The document as its log tells it, from the beginning. */
  replayed(): Document {
    return this.log.reduce((doc, { operations }) => applyAll(doc, operations).document, this.#start)
  }
}

export const PROBLEM: Problem = {
  code: 'bad_value',
  message: 'The value does not fit.',
  severity: 'error',
  graph: 'main',
  node: null,
  edge: null,
  port: null,
  param: null,
  hint: null,
  fix: null,
  alternative: null,
  detail: null,
  variant: null,
  arguments: {},
}
