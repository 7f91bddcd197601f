// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Operation } from '../contract'
import { emptyDocument } from '../document/model'
import { at } from '../document/operations'
import { FakeServer, PROBLEM } from './fake'
import { FakePage } from './fakepage'
import { begin, NODES, node, units, unitsOf } from './sampleEdits'

vi.mock('../api', () => import('./fakeApi'))

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
})
afterEach(() => vi.useRealTimers())

describe('one page', () => {
  it('shows an edit at once and is saved when its revision comes back', async () => {
    const server = new FakeServer(emptyDocument())
    const { session, socket } = await new FakePage(server, 'a').join()
    expect([session.ready, session.saved]).toEqual([true, 'saved'])

    session.edit([node('n')])
    expect(session.document.graphs[0]?.nodes.map(({ id }) => id)).toEqual(['n'])
    expect([session.saved, server.log.length]).toEqual(['saving', 0])

    socket.pump()
    expect(session.saved).toBe('saved')
    expect(server.document).toEqual(session.document)
  })

  it('keeps what was done offline, and sends it once', async () => {
    const server = new FakeServer(emptyDocument())
    const page = await new FakePage(server, 'a').join()
    page.session.edit([node('sent')])
    page.socket.pumpUp() // the server has it, the answer is lost
    page.lose()
    page.session.edit([node('offline')])
    expect(page.session.saved).toBe('offline')

    page.comeBack()
    page.pump()
    expect(page.session.saved).toBe('saved')
    expect(server.log.map(({ operations }) => operations.length)).toEqual([1, 1])
    expect(server.document).toEqual(page.session.document)
  })

  it('loses nothing when it is reloaded while offline', async () => {
    const server = new FakeServer(emptyDocument())
    const page = await new FakePage(server, 'a').join()
    page.lose()
    page.session.edit([node('offline')])
    page.session.close()

    const again = await new FakePage(server, 'a').join()
    again.pump()
    expect(at(again.session.document, [...NODES, 'offline'])).toBeDefined()
    expect(server.document).toEqual(again.session.document)
    expect(localStorage.length).toBe(0)
  })

  it('is done with what the server had when the answer was lost and the page reloaded', async () => {
    const server = new FakeServer(emptyDocument())
    const page = await new FakePage(server, 'a').join()
    page.session.edit([node('n')])
    page.socket.pumpUp()
    page.session.close()

    const again = await new FakePage(server, 'a').join()
    again.pump()
    expect(again.session.saved).toBe('saved')
    expect(server.log).toHaveLength(1)
    expect(localStorage.length).toBe(0)
  })

  it('sends again later what could not be saved, and lets go of what never will be', async () => {
    const server = new FakeServer(emptyDocument())
    const { session, socket } = await new FakePage(server, 'a').join()
    session.edit([node('n')])
    const [edit] = socket.up.splice(0)
    const id = edit && 'id' in edit ? edit.id : ''
    socket.down.push({ type: 'failed', id, problem: { ...PROBLEM, code: 'not_saved' } })
    socket.pump()
    expect(session.saved).toBe('saving')
    vi.advanceTimersByTime(10_000)
    socket.pump()
    expect([session.saved, server.log.length]).toEqual(['saved', 1])

    session.edit([node('m')])
    const [other] = socket.up.splice(0)
    const otherId = other && 'id' in other ? other.id : ''
    socket.down.push({ type: 'failed', id: otherId, problem: PROBLEM })
    socket.pump()
    expect(session.saved).toBe('saved')
    expect(session.document).toEqual(server.document)
  })

  it('says why the server refused, and shows what the server has', async () => {
    const server = new FakeServer(begin(node('n'), units('n', 1)))
    server.refusedValue = -1
    const { session, socket } = await new FakePage(server, 'a').join()
    session.edit([units('n', -1)])
    expect(unitsOf(session.document, 'n')).toBe(-1)
    socket.pump()
    expect(unitsOf(session.document, 'n')).toBe(1)
    expect(session.notices.list.map(({ kind, text }) => [kind, text])).toEqual([
      ['error', 'The value does not fit.'],
    ])
    expect(session.saved).toBe('saved')
  })

  it('resolves settled when everything is saved', async () => {
    const page = await new FakePage(new FakeServer(emptyDocument()), 'a').join()
    page.session.edit([node('n')])
    const done = vi.fn()
    const settled = page.session.collaboration.settled().then(done)
    page.pump()
    await settled
    expect(done).toHaveBeenCalledOnce()
  })
})

/** A small generator of random numbers, so that a failure can be run again. */
function random(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1
  return (below) => {
    state = (state ^ (state << 13)) | 0
    state = (state ^ (state >>> 17)) | 0
    state = (state ^ (state << 5)) | 0
    return (state >>> 0) % below
  }
}

function someEdit(draw: (below: number) => number, newId: () => string): Operation {
  const id = `n${draw(5)}`
  switch (draw(6)) {
    case 0:
      return node(newId())
    case 1:
      return { type: 'remove', path: [...NODES, id] }
    case 2:
      return { type: 'unset', path: [...NODES, id, 'params', 'units'] }
    case 3:
      return { type: 'set', path: ['training', 'epochs'], value: draw(20) + 1 }
    case 4:
      return { type: 'set', path: [...NODES, id, 'position'], value: { x: draw(9), y: draw(9) } }
    default:
      return units(id, draw(5))
  }
}

describe('two pages and a server', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))('meet in the end (%i)', async (seed) => {
    const draw = random(seed)
    const server = new FakeServer(begin(...[0, 1, 2, 3, 4].map((i) => node(`n${i}`))))
    server.refusedValue = 4
    const pages = [await new FakePage(server, 'a').join(), await new FakePage(server, 'b').join()]
    let added = 0
    for (let step = 0; step < 150; step++) {
      const page = pages[draw(2)] as FakePage
      const open = page.socket.readyState === WebSocket.OPEN
      const action = draw(20)
      if (action < 6) page.session.edit([someEdit(draw, () => `n${5 + added++}`)])
      else if (action === 6) page.session.undo()
      else if (action === 7) page.session.redo()
      else if (action === 8 && open) page.lose()
      else if (action < 11 && !open) page.comeBack()
      else if (action < 15 && open) page.socket.pumpUp()
      else if (open) page.socket.pumpDown()
    }
    for (const page of pages) if (page.socket.readyState !== WebSocket.OPEN) page.comeBack()
    for (let round = 0; round < 3; round++) for (const page of pages) page.pump()

    expect(server.replayed()).toEqual(server.document)
    for (const { session } of pages) {
      expect(session.document).toEqual(server.document)
      expect(session.saved).toBe('saved')
    }
  })
})
