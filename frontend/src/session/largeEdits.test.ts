// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Document, Operation } from '../contract'
import { at } from '../document/operations'
import { FakeServer } from './fake'
import { FakePage } from './fakepage'
import { begin, NODES, node, units, unitsOf } from './sampleEdits'

vi.mock('../api', () => import('./fakeApi'))

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** One after each of twelve parts, the result and the preparation; one before it is handed over, and three before it is sent, kept and shown. */
const PAUSES = 18

/** Exchange what is under way; a large message is handled after a frame. */
function settle(page: FakePage): void {
  page.pump()
  vi.advanceTimersByTime(20)
  page.pump()
}

describe('a large edit', () => {
  const ids = Array.from({ length: 1200 }, (_, at) => `n${at}`)
  const moves = ids.map(
    (id, x): Operation => ({ type: 'set', path: [...NODES, id, 'position'], value: { x, y: 1 } }),
  )

  /** Move them; `pausing` is called in each pause, with its number. */
  async function moved(pausing: (page: FakePage, number: number) => void): Promise<FakePage> {
    const page = await new FakePage(new FakeServer(begin(...ids.map(node))), 'a').join()
    settle(page)
    let pauses = 0
    const pause = async () => pausing(page, ++pauses)
    // Each part takes its share of a frame.
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 10))
    const prepared: Document[] = []
    const prepare = function* (document: Document) {
      prepared.push(document)
      yield
    }
    await page.session.editInParts(moves, { pause, prepare })
    expect(prepared.length).toBeLessThan(2)
    settle(page)
    expect(page.session.saved).toBe('saved')
    expect(page.server.document).toEqual(page.session.document)
    return page
  }

  it('is made in parts, sent at once and undone as one step', async () => {
    let last = 0
    const { session, server } = await moved((_, number) => {
      last = number
    })
    expect(last).toBe(PAUSES)
    const x = (id: string) => at(session.document, [...NODES, id, 'position', 'x'])
    expect([x('n7'), x('n1199'), server.log.length]).toEqual([7, 1199, 1])
    session.undo()
    expect([x('n7'), x('n1199'), session.trail.canUndo]).toEqual([0, 0, false])
  })

  const pauses = Array.from({ length: PAUSES }, (_, at) => at + 1)

  it.each(pauses)('is made to a document that was changed in pause %i', async (changed) => {
    const { session } = await moved((page, number) => {
      if (number === changed) page.session.edit([units('n7', 64)])
    })
    expect(unitsOf(session.document, 'n7')).toBe(64)
    expect(at(session.document, [...NODES, 'n1199', 'position', 'x'])).toBe(1199)
  })

  it.each(pauses)('and what is set in pause %i reach the server in their order', async (moving) => {
    const { session } = await moved((page, number) => {
      const value = { x: -1, y: -1 }
      if (number === moving)
        page.session.edit([{ type: 'set', path: [...NODES, 'n7', 'position'], value }])
    })
    // An edit before it is handed over is made first, one after it last.
    const x = moving < PAUSES - 2 ? 7 : -1
    expect(at(session.document, [...NODES, 'n7', 'position', 'x'])).toBe(x)
  })
})
