// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyDocument } from '../document/model'
import { FakeServer, type FakeSocket } from './fake'
import { Socket } from './socket'

function connect() {
  const server = new FakeServer(emptyDocument())
  const opened: FakeSocket[] = []
  const handlers = { opened: vi.fn(), received: vi.fn(), lost: vi.fn() }
  const socket = new Socket('ws://test', handlers, () => {
    opened.push(server.socket('a'))
    return opened.at(-1) as unknown as WebSocket
  })
  return { socket, opened, handlers }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a socket', () => {
  it('comes back after growing pauses', () => {
    const { opened, handlers, socket } = connect()
    const pauses: number[] = []
    for (let failure = 0; failure < 8; failure++) {
      const start = Date.now()
      opened.at(-1)?.break()
      vi.advanceTimersToNextTimer()
      pauses.push(Date.now() - start)
    }
    expect(opened).toHaveLength(9)
    expect(handlers.lost).toHaveBeenCalledTimes(8)
    expect(pauses[0]).toBeLessThanOrEqual(375)
    expect(pauses[7]).toBeGreaterThanOrEqual(5_000)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(15_000)
    socket.close()
  })

  it('takes several messages of one text in their order, and counts the text once', () => {
    const { opened, handlers, socket } = connect()
    opened[0]?.open()
    const removed = ['a', 'b'].map((run) => ({ type: 'run_removed', run }))
    opened[0]?.onmessage?.({ data: JSON.stringify(removed) } as MessageEvent)
    expect(handlers.received.mock.calls.slice(-2)).toEqual(removed.map((message) => [message]))
    const sent = vi.spyOn(socket, 'send')
    vi.advanceTimersByTime(1000)
    expect(sent).toHaveBeenCalledWith({ type: 'acknowledge', messages: 1 })
    socket.close()
  })

  it('handles a large message after a frame, and what follows it after it', () => {
    const { opened, handlers, socket } = connect()
    opened[0]?.open()
    const large = { type: 'run_removed', run: 'a'.repeat(200_000) }
    const small = { type: 'run_removed', run: 'b' }
    const receive = (data: object) =>
      opened[0]?.onmessage?.({ data: JSON.stringify(data) } as MessageEvent)
    handlers.received.mockClear()
    receive(large)
    receive(small)
    expect(handlers.received).not.toHaveBeenCalled()
    vi.advanceTimersByTime(20)
    expect(handlers.received.mock.calls).toEqual([[large], [small]])
    socket.close()
  })

  it('forgets what waits behind a large message of a lost connection', () => {
    const { opened, handlers, socket } = connect()
    opened[0]?.open()
    handlers.received.mockClear()
    const large = { type: 'run_removed', run: 'a'.repeat(200_000) }
    opened[0]?.onmessage?.({ data: JSON.stringify(large) } as MessageEvent)
    opened[0]?.break()
    vi.advanceTimersByTime(20)
    expect(handlers.received).not.toHaveBeenCalled()
    socket.close()
  })

  it('comes back at once when the network does', () => {
    const { opened, handlers, socket } = connect()
    dispatchEvent(new Event('offline'))
    expect(handlers.lost).toHaveBeenCalledOnce()
    dispatchEvent(new Event('online'))
    expect(opened).toHaveLength(2)
    socket.close()
  })

  it('sends nothing while it is not open, and nothing ever after it was closed', () => {
    const { opened, socket } = connect()
    expect(socket.send({ type: 'unwatch', run: 'r' })).toBe(false)
    opened[0]?.open()
    expect(socket.send({ type: 'unwatch', run: 'r' })).toBe(true)
    socket.close()
    vi.advanceTimersByTime(60_000)
    expect(opened).toHaveLength(1)
  })

  it('stays away from a project that is gone', () => {
    const { opened } = connect()
    opened[0]?.open()
    opened[0]?.onclose?.({ code: 4404 } as CloseEvent)
    vi.advanceTimersByTime(60_000)
    expect(opened).toHaveLength(1)
  })

  it('acknowledges what it has received', () => {
    const { opened, socket } = connect()
    opened[0]?.open()
    for (let i = 0; i < 45; i++) opened[0]?.onmessage?.({ data: '{"type":"departed"}' })
    expect(opened[0]?.up.map((message) => 'messages' in message && message.messages)).toEqual([
      20, 40,
    ])
    vi.advanceTimersByTime(1_000)
    expect(opened[0]?.up.at(-1)).toEqual({ type: 'acknowledge', messages: 45 })
    socket.close()
  })
})
