// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeServer } from './fake'
import { FakePage } from './fakepage'
import { begin, node, units, unitsOf } from './sampleEdits'

vi.mock('../api', () => import('./fakeApi'))

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
})
afterEach(() => vi.useRealTimers())

describe('undo', () => {
  async function pair() {
    const server = new FakeServer(begin(node('n'), units('n', 1)))
    const a = await new FakePage(server, 'a').join()
    const b = await new FakePage(server, 'b').join()
    const both = () => {
      for (let i = 0; i < 3; i++) for (const page of [a, b]) page.pump()
    }
    return { a: a.session, b: b.session, both }
  }

  it('undoes and redoes a step', async () => {
    const { a, both } = await pair()
    const before = a.document
    a.edit([units('n', 2), node('m')])
    const after = a.document
    a.undo()
    both()
    expect(a.document).toEqual(before)
    expect([a.trail.canUndo, a.trail.canRedo]).toEqual([false, true])
    a.redo()
    both()
    expect(a.document).toEqual(after)
  })

  it('keeps what others have changed since', async () => {
    const { a, b, both } = await pair()
    a.edit([units('n', 2), { type: 'set', path: ['name'], value: 'Mine' }])
    both()
    b.edit([units('n', 3)])
    both()
    a.undo()
    both()
    expect(unitsOf(a.document, 'n')).toBe(3)
    expect(a.document.name).toBe('Untitled')
    expect(a.notices.list.map(({ text }) => text)).toEqual([
      'Somebody has just set units to 3; your 2 is gone.',
      'Somebody else has changed this since; their change stays.',
    ])
    expect(b.document).toEqual(a.document)
  })

  it('undoes only the own edits', async () => {
    const { a, b, both } = await pair()
    a.edit([node('of-a')])
    both()
    b.edit([node('of-b')])
    both()
    a.undo()
    both()
    expect(b.document.graphs[0]?.nodes.map(({ id }) => id)).toEqual(['n', 'of-b'])
  })

  it('joins edits of one field that follow each other closely', async () => {
    const { a } = await pair()
    for (const value of [10, 100, 1000]) a.edit([units('n', value)], { merge: 'units' })
    a.undo()
    expect(unitsOf(a.document, 'n')).toBe(1)
    expect(a.trail.canUndo).toBe(false)
  })
})
