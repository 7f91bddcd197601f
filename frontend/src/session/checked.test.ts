// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Checked } from '../contract'
import { FakeServer } from './fake'
import { FakePage } from './fakepage'
import { begin } from './sampleEdits'

vi.mock('../api', () => import('./fakeApi'))

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
})
afterEach(() => vi.useRealTimers())

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
  const facts = { ...costs, activation_bytes: 0, multiply_adds: 0, outputs: [] }

  function checked(revision: number, base: number | null, ...ids: string[]): Checked {
    const nodes = Object.fromEntries(ids.map((id) => [id, facts]))
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
