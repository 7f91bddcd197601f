/**
 * One WebSocket that comes back: after a loss it is opened again, with growing pauses and some
 * chance in them so that a class of thirty does not return at the same moment.
 */
import type { ClientMessage, ServerMessage } from '../contract'
import { language } from '../words/language'

export interface Handlers {
  /** The socket is open: say who this is. */
  opened: () => void
  received: (message: ServerMessage) => void
  /** The socket was lost, or could not be opened. */
  lost: () => void
}

export type Open = (url: string) => WebSocket

const GONE = 4404
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 10_000
const ACKNOWLEDGE_EVERY = 20
const ACKNOWLEDGE_AFTER = 500
/** Parsing a text of more characters takes a good part of a frame: what it says is handled in the next. */
const LARGE = 100_000
const FRAME = 16

export class Socket {
  #socket: WebSocket | null = null
  #failures = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #acknowledging: ReturnType<typeof setTimeout> | undefined
  #received = 0
  #acknowledged = 0
  #closed = false
  /** Messages that wait behind a large one. */
  #waiting: ServerMessage[] = []

  constructor(
    readonly url: string,
    readonly handlers: Handlers,
    readonly open: Open = (url) => new WebSocket(url),
  ) {
    globalThis.addEventListener?.('online', this.#online)
    globalThis.addEventListener?.('offline', this.#offline)
    this.#connect()
  }

  /** Send a message if the socket is open; return whether it was. */
  send(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(JSON.stringify(message))
    return true
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    clearTimeout(this.#acknowledging)
    globalThis.removeEventListener?.('online', this.#online)
    globalThis.removeEventListener?.('offline', this.#offline)
    this.#drop()
  }

  #connect(): void {
    clearTimeout(this.#retry)
    const socket = this.open(this.url)
    this.#socket = socket
    this.#received = 0
    this.#acknowledged = 0
    socket.onopen = () => socket === this.#socket && this.handlers.opened()
    socket.onmessage = ({ data }) => socket === this.#socket && this.#message(data)
    socket.onclose = (event) => socket === this.#socket && this.#ended(event?.code)
  }

  #message(data: unknown): void {
    this.#failures = 0
    this.#received += 1
    const text = String(data)
    // One message, or several that came at about the same time.
    const content = JSON.parse(text) as ServerMessage | ServerMessage[]
    const isFirst = this.#waiting.length === 0
    this.#waiting.push(...[content].flat())
    if (isFirst && text.length < LARGE) this.#handle()
    else if (isFirst) setTimeout(() => this.#handle(), FRAME)
    if (this.#received - this.#acknowledged >= ACKNOWLEDGE_EVERY) this.#acknowledge()
    else this.#acknowledging ??= setTimeout(() => this.#acknowledge(), ACKNOWLEDGE_AFTER)
  }

  #handle(): void {
    for (const message of this.#waiting.splice(0)) {
      this.handlers.received(language.localize(message))
    }
  }

  #acknowledge(): void {
    clearTimeout(this.#acknowledging)
    this.#acknowledging = undefined
    this.#acknowledged = this.#received
    this.send({ type: 'acknowledge', messages: this.#received })
  }

  #ended(code: number | undefined): void {
    // The project no longer exists: do not reconnect.
    if (code === GONE) this.close()
    else this.#lost()
  }

  #lost(): void {
    this.#drop()
    if (this.#closed) return
    this.handlers.lost()
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE)
    this.#failures += 1
    this.#retry = setTimeout(() => this.#connect(), pause * (0.5 + Math.random()))
  }

  #drop(): void {
    clearTimeout(this.#acknowledging)
    this.#acknowledging = undefined
    this.#waiting = []
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  readonly #online = (): void => {
    this.#failures = 0
    if (!this.#socket) this.#connect()
  }

  readonly #offline = (): void => {
    if (this.#socket) this.#lost()
  }
}
