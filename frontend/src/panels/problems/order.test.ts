import { expect, it } from 'vitest'
import { problem } from '../../api'
import type { Problem } from '../../contract'
import { emptyDocument } from '../../document/model'
import { placeOf, ranked, tally } from './order'

const sample = (code: string, more: Partial<Problem>): Problem => ({
  ...problem(code, code),
  ...more,
})

const mixed = [
  sample('a', { severity: 'note' }),
  sample('b', { severity: 'error' }),
  sample('c', { severity: 'warning' }),
  sample('d', { severity: 'error' }),
]

it('puts the worst first and keeps the order within', () => {
  expect(ranked(mixed).map((problem) => problem.code)).toEqual(['b', 'd', 'c', 'a'])
})

it('counts by severity', () => {
  expect(tally(mixed)).toBe('2 errors, 1 warning, 1 note')
  expect(tally([])).toBe('')
})

it('names the place as people call it', () => {
  const node = {
    id: 'n1',
    layer: 'Conv2D',
    name: 'conv_1',
    params: {},
    position: { x: 0, y: 0 },
    shares: null,
    graph: null,
    frozen: false,
    training: null,
    bypassed: false,
  }
  const edge = {
    id: 'e1',
    source: 'n0',
    source_port: 'output',
    target: 'n1',
    target_port: 'inputs',
    order: 0,
    via: [],
  }
  const document = emptyDocument()
  document.graphs = [
    {
      id: 'main',
      name: '',
      nodes: [node],
      edges: [edge],
      inputs: [],
      outputs: [],
      ...{ blocks: [], frames: [], notes: [] },
    },
  ]
  expect(placeOf(document, sample('x', { node: 'n1', param: 'kernel_size' }))).toEqual({
    words: 'conv_1 · kernel_size',
    node: 'n1',
    edge: null,
  })
  expect(placeOf(document, sample('x', { edge: 'e1' }))).toEqual({
    words: 'conv_1',
    node: 'n1',
    edge: 'e1',
  })
  expect(placeOf(document, sample('x', { node: 'gone' })).words).toBe('Model')
})
