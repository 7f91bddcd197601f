/** A page for tests: its session, and the socket it has at the moment. */
import { vi } from 'vitest'
import type { FakeServer, FakeSocket } from './fake'
import { Outbox } from './outbox'
import { Session } from './session.svelte'

export class FakePage {
  socket!: FakeSocket
  readonly session: Session

  constructor(
    readonly server: FakeServer,
    readonly name: string,
  ) {
    const open = () => {
      this.socket = server.socket(name)
      return this.socket as unknown as WebSocket
    }
    this.session = new Session(`project-${name}`, { open, outbox: new Outbox(name, 'tab') })
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN
  }

  async join(): Promise<this> {
    const started = this.session.start()
    this.socket.open()
    this.socket.pump()
    await started
    return this
  }

  lose(): void {
    this.socket.break()
  }

  /** Connect again; the timers of the test are fake ones. */
  comeBack(): void {
    vi.advanceTimersByTime(60_000)
    this.socket.open()
  }

  pump(): void {
    if (this.isOpen) this.socket.pump()
  }
}
