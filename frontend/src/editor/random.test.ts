// @vitest-environment jsdom
/**
 * Random commands, as people give them, on two pages at once: in the end both show what the server
 * has and what its log gives, whatever the lines in between delay, reorder or lose.
 */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Document } from '../contract'
import { inputsOf } from '../document/inputs'
import { portsOf } from '../document/layers'
import type { Sketch } from '../document/layout/arrange'
import { emptyDocument } from '../document/model'
import { CATALOGUE } from '../document/sampleCatalogue'
import { FakeServer } from '../session/fake'
import { FakePage } from '../session/fakepage'
import { addBend } from './annotating'
import { Editor } from './editor.svelte'
import { place } from './placing'
import { rename, reorderInput, write } from './properties'
import { disconnect, join, reconnect } from './wiring'

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
const { ACTIONS } = await import('./actions')

/** Training needs a server that trains. */
const ELSEWHERE = new Set(['train', 'stop'])
const DEEDS = ACTIONS.filter(({ id }) => !ELSEWHERE.has(id))
const LAYERS = ['Input', 'Dense', 'Dropout', 'Add', 'Concatenate', 'LSTM', 'MultiHeadAttention']

/** Draws of one step: each takes what it needs, modulo how much there is to choose from. */
type Draw = (below: number) => number
type Deed = (editor: Editor, draw: Draw) => void

function chosen<Item>(items: readonly Item[], draw: Draw): Item | undefined {
  return items[draw(Math.max(1, items.length))]
}

const GESTURES: Readonly<Record<string, Deed>> = {
  action: (editor, draw) => {
    const possible = DEEDS.filter(({ when }) => when(editor))
    const action = chosen(possible, draw)
    action?.perform(editor, chosen(action.keys, draw))
  },
  select: ({ canvas, session }, draw) => {
    const { nodes, edges } = canvas.graph
    const some = nodes.filter(() => draw(3) === 0).map(({ id }) => id)
    const wires = edges.filter(() => draw(6) === 0).map(({ id }) => id)
    session.selection.set(some, wires)
  },
  place: ({ canvas }, draw) => {
    const name = chosen(LAYERS, draw)
    const entry = CATALOGUE.layers.find((layer) => layer.name === name)
    const edge = draw(3) === 0 ? chosen(canvas.graph.edges, draw) : undefined
    const at = draw(2) === 0 ? { x: 24 * draw(40), y: 24 * draw(40) } : undefined
    if (entry) place(canvas, entry, { ...(edge && { edge: edge.id }), ...(at && { at }) })
  },
  connect: ({ canvas }, draw) => {
    const ends = [chosen(canvas.graph.nodes, draw), chosen(canvas.graph.nodes, draw)]
    const [source, target] = ends
    if (!source || !target) return
    const output = chosen(portsOf(canvas.graph, source, canvas.layers).outputs, draw)
    const input = chosen(portsOf(canvas.graph, target, canvas.layers).inputs, draw)
    if (!output || !input) return
    const wire = { source: source.id, source_port: output.name }
    const to = { ...wire, target: target.id, target_port: input.name }
    const edge = draw(3) === 0 ? chosen(canvas.graph.edges, draw) : undefined
    if (edge) reconnect(canvas, edge, to)
    else join(canvas, to)
  },
  cut: ({ canvas }, draw) => {
    const edge = chosen(canvas.graph.edges, draw)
    if (edge) disconnect(canvas, edge.id)
  },
  bend: ({ canvas }, draw) => {
    const edge = chosen(canvas.graph.edges, draw)
    if (edge) addBend(canvas, edge, { x: draw(500), y: draw(500) })
  },
  write: ({ canvas, session }, draw) => {
    const node = chosen(canvas.graph.nodes, draw)
    const value = chosen([draw(99), 'relu', true, null, undefined], draw)
    const name = chosen(['units', 'activation', 'use_bias'], draw) as string
    if (node) write(session, canvas.graphId, node.id, name, value)
  },
  rename: ({ canvas, session }, draw) => {
    const node = chosen(canvas.graph.nodes, draw)
    if (node) rename(session, canvas.graphId, node.id, `name${draw(5)}`)
  },
  reorder: ({ canvas }, draw) => {
    const node = chosen(inputsOf(canvas.graph), draw)
    if (node) reorderInput(canvas, node.id, draw(2) * 2 - 1)
  },
  undo: ({ session }) => session.undo(),
  redo: ({ session }) => session.redo(),
}

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
  { weight: 4, arbitrary: fc.constantFrom(...Object.keys(GESTURES)) },
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
