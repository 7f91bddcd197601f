// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Checked, Document, EventOut, Operation } from '../contract'
import { emptyDocument } from '../document/model'
import { apply, at, isRefused } from '../document/operations'
import { FakeServer, PROBLEM } from './fake'
import { FakePage } from './fakepage'

vi.mock('../api', () => ({
  api: {
    catalogue: async () => ({ keras: '3', categories: [], layers: [], objects: [] }),
    environment: async () => ({ version: '1', keras: '3', backends: [], devices: [] }),
    dataSets: async () => [],
  },
}))

const NODES = ['graphs', 'main', 'nodes']

function node(id: string): Operation {
  return { type: 'add', path: NODES, item: { id, layer: 'Dense' } }
}

function units(id: string, value: unknown): Operation {
  return { type: 'set', path: [...NODES, id, 'params', 'units'], value }
}

function unitsOf(document: Document, id: string): unknown {
  return at(document, [...NODES, id, 'params', 'units'])
}

function begin(...operations: Operation[]): Document {
  return operations.reduce((document, operation) => {
    const result = apply(document, operation)
    if (isRefused(result)) throw new Error(result.message)
    return result.document
  }, emptyDocument())
}

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

describe('a large edit', () => {
  const ids = Array.from({ length: 1200 }, (_, at) => `n${at}`)
  const moves = ids.map(
    (id, x): Operation => ({ type: 'set', path: [...NODES, id, 'position'], value: { x, y: 1 } }),
  )

  async function moved(meanwhile: (page: FakePage) => void): Promise<FakePage> {
    const page = await new FakePage(new FakeServer(begin(...ids.map(node))), 'a').join()
    let pauses = 0
    const pause = async () => {
      pauses += 1
      if (pauses === 2) meanwhile(page)
    }
    const prepared: Document[] = []
    const prepare = (document: Document) => [() => prepared.push(document)]
    await page.session.editInParts(moves, { pause, prepare })
    if (prepared.length > 0) expect(prepared).toEqual([page.session.document])
    page.pump()
    expect(page.session.saved).toBe('saved')
    expect(page.server.document).toEqual(page.session.document)
    return page
  }

  it('is made in parts, sent at once and undone as one step', async () => {
    const { session, server } = await moved(() => {})
    const x = (id: string) => at(session.document, [...NODES, id, 'position', 'x'])
    expect([x('n7'), x('n1199'), server.log.length]).toEqual([7, 1199, 1])
    session.undo()
    expect([x('n7'), x('n1199'), session.trail.canUndo]).toEqual([0, 0, false])
  })

  it('is made to the document as it is when it was changed meanwhile', async () => {
    const { session } = await moved((page) => page.session.edit([units('n7', 64)]))
    expect(unitsOf(session.document, 'n7')).toBe(64)
    expect(at(session.document, [...NODES, 'n1199', 'position', 'x'])).toBe(1199)
  })
})

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

describe('a run', () => {
  function event(seq: number, event: EventOut['event']): EventOut {
    return { run: 'r', generation: 1, seq, created: '2025-01-01T00:00:00Z', event }
  }
  const epoch = (seq: number) =>
    event(seq, { type: 'epoch', epoch: seq, metrics: { loss: 1 / seq }, seconds: seq, left: 0 })
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

describe('verdicts', () => {
  const empty = {
    graphs: {},
    inputs: [],
    outputs: [],
    bound: {},
    fed: {},
    divided: null,
    prepared: null,
    chosen: {},
    problems: [],
  }
  const costs = { trainable: 0, non_trainable: 0, weight_bytes: 0 }
  const totals = { ...costs, activation_bytes: 0, multiply_adds: 0, nodes: 0, checked: 0 }
  const node = { ...costs, activation_bytes: 0, multiply_adds: 0, outputs: [] }

  function checked(revision: number, base: number | null, ...ids: string[]): Checked {
    const nodes = Object.fromEntries(ids.map((id) => [id, node]))
    const verdict = { ok: true, nodes, totals, ...empty }
    return { type: 'checked', revision, base, verdict, gone: {}, same: [] }
  }

  it('are updated by differences, and requested complete if the base is unknown', async () => {
    const page = await new FakePage(new FakeServer(begin()), 'one').join()
    const { session, socket } = page
    const receive = (message: Checked) => {
      socket.down.push(message)
      socket.pumpDown()
    }
    const asked = () => socket.up.some(({ type }) => type === 'ask_verdict')
    receive(checked(1, null, 'a'))
    receive(checked(2, 1, 'b'))
    expect(Object.keys(session.verdict?.nodes ?? {})).toEqual(['a', 'b'])
    expect(asked()).toBe(false)
    receive(checked(4, 3, 'c'))
    expect(Object.keys(session.verdict?.nodes ?? {})).toEqual(['a', 'b'])
    expect(asked()).toBe(true)
    receive(checked(4, null, 'b', 'c'))
    expect(Object.keys(session.verdict?.nodes ?? {})).toEqual(['b', 'c'])
    receive(checked(2, 1, 'd'))
    expect(Object.keys(session.verdict?.nodes ?? {})).toEqual(['b', 'c'])
  })
})
