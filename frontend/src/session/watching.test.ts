// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventOut } from '../contract'
import { emptyDocument } from '../document/model'
import { FakeServer } from './fake'
import { FakePage } from './fakepage'
import { epoch as epochEvent } from './sample'

vi.mock('../api', () => import('./fakeApi'))

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
})
afterEach(() => vi.useRealTimers())

describe('a run', () => {
  function event(seq: number, event: EventOut['event']): EventOut {
    return { run: 'r', generation: 1, seq, created: '2025-01-01T00:00:00Z', event }
  }
  const epoch = (seq: number) => event(seq, epochEvent(seq, { loss: 1 / seq }))
  const ended = event(9, { type: 'ended', outcome: 'finished', problem: null, seconds: 3 })

  it('is followed over a lost connection without losing or doubling an event', async () => {
    const server = new FakeServer(emptyDocument())
    server.events = [1, 2, 3].map(epoch)
    const page = await new FakePage(server, 'a').join()
    const { runs } = page.session
    const log = runs.log('r')
    runs.watch('r')
    page.pump()
    page.lose()
    server.events = [...server.events, ...[5, 6].map(epoch), ended]
    page.comeBack()
    page.pump()
    page.socket.down.push({ type: 'happened', ...ended })
    page.pump()
    expect(log.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 5, 6])
    expect(log.last).toBe(9)
    expect(log.ended?.outcome).toBe('finished')
    expect(runs.log('r')).toBe(log)
  })

  it('is followed until the last who looks at it looks away, and then from where it was', async () => {
    const server = new FakeServer(emptyDocument())
    server.events = [1, 2].map(epoch)
    const { session, socket } = await new FakePage(server, 'a').join()
    const stops = [session.runs.watch('r'), session.runs.watch('r')]
    expect(socket.up).toEqual([{ type: 'watch', run: 'r', after: 0 }])
    socket.pump()
    stops[0]?.()
    expect(socket.up).toEqual([])
    stops[1]?.()
    expect(socket.up).toEqual([{ type: 'unwatch', run: 'r' }])
    socket.pump()
    session.runs.watch('r')
    expect(socket.up).toEqual([{ type: 'watch', run: 'r', after: 2 }])
  })

  it('is not followed again after a lost connection when no view shows it', async () => {
    const server = new FakeServer(emptyDocument())
    server.events = [epoch(1)]
    const page = await new FakePage(server, 'a').join()
    page.session.runs.watch('r')()
    page.pump()
    page.lose()
    page.comeBack()
    page.socket.pumpUp()
    page.socket.pumpDown()
    expect(page.socket.up.map(({ type }) => type)).not.toContain('watch')
  })
})
