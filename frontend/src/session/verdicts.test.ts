import { expect, it } from 'vitest'
import type { Checked, NodeVerdict, Verdict } from '../contract'
import { PROBLEM } from './fake'
import { verdictAfter } from './verdicts'

const COSTS = { non_trainable: 0, weight_bytes: 0, activation_bytes: 0, multiply_adds: 0 }
const TOTALS = { ...COSTS, trainable: 0, nodes: 0, checked: 0 }

function verdictOf(trainable: number): NodeVerdict {
  return { ...COSTS, outputs: [], trainable }
}

const LOSS = { class: 'Poisson', params: {} }
const CHOSEN = { loss: LOSS, weight: 1, metrics: [], class_weights: null }

const KNOWN: Verdict = {
  chosen: { c: CHOSEN },
  divided: { training: 8, validation: 2, test: 0, classes: {} },
  prepared: [],
  ok: false,
  nodes: { a: verdictOf(1), b: verdictOf(2), c: verdictOf(3) },
  graphs: { part: { p: verdictOf(4), q: verdictOf(5) }, old: { r: verdictOf(6) } },
  inputs: ['a'],
  outputs: ['c'],
  bound: { a: ['image'] },
  fed: { a: [64] },
  totals: TOTALS,
  problems: [PROBLEM],
}

const CHANGE: Checked = {
  type: 'checked',
  revision: 8,
  base: 7,
  verdict: {
    ok: true,
    nodes: { b: verdictOf(20), d: verdictOf(30) },
    graphs: { part: { p: verdictOf(40) }, young: { s: verdictOf(50) } },
    inputs: [],
    outputs: ['d'],
    bound: {},
    fed: {},
    chosen: {},
    divided: null,
    prepared: null,
    totals: { ...TOTALS, nodes: 9 },
    problems: [],
  },
  gone: { main: ['c'], old: ['r'] },
  same: ['inputs', 'bound', 'fed', 'chosen', 'divided', 'prepared'],
}

it('a verdict is what it was, but for what changed', () => {
  const after = verdictAfter(KNOWN, CHANGE)
  expect(after).toEqual({
    ok: true,
    nodes: { a: verdictOf(1), b: verdictOf(20), d: verdictOf(30) },
    graphs: { part: { p: verdictOf(40), q: verdictOf(5) }, young: { s: verdictOf(50) } },
    inputs: ['a'],
    outputs: ['d'],
    bound: { a: ['image'] },
    fed: { a: [64] },
    chosen: { c: CHOSEN },
    divided: { training: 8, validation: 2, test: 0, classes: {} },
    prepared: [],
    totals: { ...TOTALS, nodes: 9 },
    problems: [],
  })
  expect(after?.nodes.a).toBe(KNOWN.nodes.a)
})

it('changes of a verdict that is not known bring none', () => {
  expect(verdictAfter(null, CHANGE)).toBe(null)
  expect(verdictAfter(null, { ...CHANGE, base: null })).toBe(CHANGE.verdict)
})
