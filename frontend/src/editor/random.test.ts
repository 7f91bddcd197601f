// @vitest-environment jsdom
/**
 * Random commands, as people give them, on two pages at once: in the end both show what the server
 * has and what its log gives, whatever the lines in between delay, reorder or lose.
 */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Document } from '../contract'
import type { Sketch } from '../document/layout/arrange'
import { emptyDocument } from '../document/model'
import { FakeServer } from '../session/fake'
import { FakePage } from '../session/fakepage'
import { Editor } from './editor.svelte'
import { type Draw, GESTURES } from './sampleGestures'

vi.mock('../api', async (original) => {
  const { CATALOGUE } = await import('../document/sampleCatalogue')
  return {
    ...(await original<typeof import('../api')>()),
    api: {
      catalogue: async () => CATALOGUE,
      environment: async () => ({ version: '1', keras: '3', backends: [], devices: [] }),
      dataSets: async () => [],
      repeats: async () => ({ repeats: [] }),
    },
  }
})
// The layout itself has its own tests.
vi.mock('./arranging', () => ({
  layOut: async ({ nodes }: Sketch) =>
    new Map(nodes.map(({ id }, index) => [id, { x: 0, y: 96 * index }])),
}))

const NETWORK: Readonly<Record<string, (page: FakePage, draw: Draw) => void>> = {
  up: (page) => page.isOpen && page.socket.pumpUp(),
  down: (page) => page.isOpen && page.socket.pumpDown(),
  swap: (page, draw) => {
    const { down } = page.socket
    const at = draw(Math.max(1, down.length - 1))
    const [first, second] = [down[at], down[at + 1]]
    if (first?.type !== 'edited' || second?.type !== 'edited') return
    down.splice(at, 2, second, first)
  },
  lose: (page) => page.isOpen && page.lose(),
  back: (page) => page.isOpen || page.comeBack(),
}

/** A command of a page, and the numbers from which it draws. */
interface Step {
  page: number
  command: string
  numbers: readonly number[]
}

function drawFrom(numbers: readonly number[]): Draw {
  let at = 0
  return (below) => (numbers[at++ % numbers.length] as number) % below
}

function steps(commands: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<Step[]> {
  const numbers = fc.array(fc.nat(9_999), { minLength: 1, maxLength: 8 })
  const step = fc.record({ page: fc.nat(1), command: commands, numbers })
  return fc.array(step, { maxLength, size: 'max' })
}

const GESTURE = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('action', 'place', 'connect', 'select') },
  { weight: 6, arbitrary: fc.constantFrom(...Object.keys(GESTURES)) },
)
const TRAFFIC = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('up', 'down') },
  { weight: 3, arbitrary: fc.constantFrom('swap', 'lose', 'back', 'back') },
)

async function perform({ command, numbers }: Step, page: FakePage, editor: Editor): Promise<void> {
  const draw = drawFrom(numbers)
  NETWORK[command]?.(page, draw)
  GESTURES[command]?.(editor, draw)
  await vi.advanceTimersByTimeAsync(20)
}

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
})
afterEach(() => vi.useRealTimers())

describe('random commands', () => {
  it('on two pages meet in the end', { timeout: 120_000 }, async () => {
    const both = steps(fc.oneof(GESTURE, TRAFFIC), 120)
    await fc.assert(
      fc.asyncProperty(both, async (all) => {
        localStorage.clear()
        const server = new FakeServer(emptyDocument())
        const pages = [
          await new FakePage(server, 'a').join(),
          await new FakePage(server, 'b').join(),
        ]
        const editors = pages.map(({ session }) => new Editor(session))
        for (const step of all)
          await perform(step, pages[step.page] as FakePage, editors[step.page] as Editor)
        for (const page of pages) if (!page.isOpen) page.comeBack()
        for (let round = 0; round < 3; round++) for (const page of pages) page.pump()
        expect(server.replayed()).toEqual(server.document)
        for (const { session } of pages) {
          expect(session.document).toEqual(server.document)
          expect(session.saved).toBe('saved')
          session.close()
        }
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  it('of one person are undone and redone completely', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps(GESTURE, 80), async (all) => {
        localStorage.clear()
        const page = await new FakePage(new FakeServer(emptyDocument()), 'a').join()
        const { session } = page
        const editor = new Editor(session)
        for (const step of all) await perform(step, page, editor)
        const end = session.document
        let count = 0
        for (; session.trail.canUndo; count++) session.undo()
        expect(unordered(session.document)).toEqual(unordered(emptyDocument()))
        for (; count > 0; count--) session.redo()
        expect(unordered(session.document)).toEqual(unordered(end))
        session.close()
      }),
      { numRuns: 60, seed: 1 },
    )
  })
})

/** A document whose members are in the order of their ids: their order has no meaning. */
function unordered(document: Document): unknown {
  const byId = <Item extends { id: string }>(items: readonly Item[]) =>
    items.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return {
    ...document,
    graphs: byId(document.graphs).map((graph) => ({
      ...graph,
      nodes: byId(graph.nodes),
      edges: byId(graph.edges),
      frames: byId(graph.frames),
      notes: byId(graph.notes),
    })),
  }
}
