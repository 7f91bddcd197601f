import { describe, expect, it } from 'vitest'
import type { Column, DataSet, Training, Verdict } from '../contract'
import { emptyDocument } from './model'
import {
  automatic,
  bind,
  canDivide,
  chooseData,
  divideBy,
  outputTraining,
  replaced,
  setOutput,
  weightsOf,
} from './training'

describe('what nobody has chosen', () => {
  const loss = { class: 'Poisson', params: {} }
  const chosen = { loss, weight: 1, metrics: [{ class: 'AUC', params: {} }], class_weights: null }
  const verdict = { chosen: { out: chosen } } as unknown as Verdict
  const { training } = emptyDocument()

  it('is what the engine takes', () => {
    expect(automatic(training, verdict, 'out')).toEqual({ loss, metrics: chosen.metrics })
    expect(automatic(training, null, 'out')).toEqual({ loss: null, metrics: [] })
    expect(automatic(training, verdict, 'other')).toEqual({ loss: null, metrics: [] })
  })

  it('is nothing where the document sets it, for all outputs or for one', () => {
    expect(automatic({ ...training, loss }, verdict, 'out').loss).toBeNull()
    const own = { ...outputTraining(training, 'out'), metrics: [] }
    expect(automatic({ ...training, outputs: [own] }, verdict, 'out')).toEqual({
      loss,
      metrics: [],
    })
  })
})

const dataOf = (...columns: string[]) =>
  ({
    columns: columns.map((name) => ({ name })),
    division: { by: 'random', column: '' },
  }) as unknown as DataSet

describe('operations', () => {
  const training: Training = {
    ...emptyDocument().training,
    bindings: [{ node: 'a', column: 'x', encoding: '' }],
  }

  it('let bindings and steps go that name columns which other data lacks', () => {
    const used: Training = {
      ...training,
      bindings: [...training.bindings, { node: 'b', column: 'kind', encoding: 'one_hot' }],
      preparation: [
        { type: 'leave_out_repeats' },
        { type: 'leave_out_missing', columns: ['x', 'kind'] },
        { type: 'leave_out_outside', column: 'x', minimum: 0, maximum: null },
        { type: 'fill', columns: ['kind'], by: 'most_frequent', value: null },
      ],
    }
    expect(chooseData(used, 'mine', dataOf('kind'))).toEqual([
      { type: 'set', path: ['training', 'data'], value: 'mine' },
      { type: 'set', path: ['training', 'bindings'], value: [used.bindings[1]] },
      {
        type: 'set',
        path: ['training', 'preparation'],
        value: [used.preparation[0], used.preparation[3]],
      },
    ])
    expect(chooseData(used, 'mine', dataOf('x', 'kind'))).toHaveLength(1)
    expect(chooseData(emptyDocument().training, 'iris')).toHaveLength(1)
  })

  it('bind and unbind one node', () => {
    const both = [
      { node: 'a', column: 'x', encoding: '' },
      { node: 'b', column: 'y', encoding: '' },
    ]
    const y = { column: 'y', encoding: '' } as const
    const x = { column: 'x', encoding: 'one_hot' } as const
    expect(bind(training, 'b', [y])).toMatchObject({ value: both })
    expect(bind(training, 'a', [x, y])).toMatchObject({
      value: [
        { node: 'a', ...x },
        { node: 'a', ...y },
      ],
    })
    expect(bind(training, 'a', [])).toMatchObject({ value: [] })
  })

  it('keep of an output only what differs from the defaults', () => {
    const own = outputTraining(training, 'a')
    expect(own).toEqual({ node: 'a', loss: null, weight: 1, metrics: null, class_weights: null })
    expect(setOutput(training, { ...own, weight: 2 })).toMatchObject({
      value: [{ node: 'a', loss: null, weight: 2, metrics: null }],
    })
    expect(setOutput({ ...training, outputs: [{ ...own, weight: 2 }] }, own)).toMatchObject({
      value: [],
    })
  })

  it('keep class weights, and give those that are missing', () => {
    const own = { ...outputTraining(training, 'a'), class_weights: [1, 4] }
    expect(setOutput(training, own)).toMatchObject({ value: [own] })
    expect(weightsOf(own.class_weights, 3)).toEqual([1, 4, 1])
    expect(weightsOf('balanced', 2)).toEqual([1, 1])
  })

  it('replace and remove members of a list', () => {
    const list = ['A', 'B'].map((name) => ({ class: name, params: {} }))
    const other = { class: 'C', params: {} }
    expect(replaced(list, 1, other).map((spec) => spec.class)).toEqual(['A', 'C'])
    expect(replaced(list, 0, null).map((spec) => spec.class)).toEqual(['B'])
  })
})

describe('the division of the rows', () => {
  const column = (name: string, more: Partial<Column> = {}): Column => ({
    name,
    shape: [1],
    dtype: 'float32',
    role: 'other',
    classes: [],
    labels: [],
    features: [],
    help: '',
    ...more,
  })
  const year = column('year')
  const part = column('part', { shape: [], dtype: 'int64', classes: ['train', 'test'] })
  const words = column('words', { shape: [], dtype: 'string' })
  const picture = column('picture', { shape: [8, 8] })
  const columns = [year, part, words, picture]

  it('takes columns whose values can decide', () => {
    const able = (by: Training['division']['by']) =>
      columns.filter((each) => canDivide(each, by)).map(({ name }) => name)
    expect(able('group')).toEqual(['year', 'part', 'words'])
    expect(able('stratified')).toEqual(['part'])
    expect(able('column')).toEqual(['part'])
    expect(able('time')).toEqual(['year'])
  })

  it('takes the only column that can decide, and the target for its classes', () => {
    const chosen = (by: Training['division']['by']) => {
      const operation = divideBy(by, columns)
      return operation.type === 'set' ? operation.value : null
    }
    expect(chosen('column')).toEqual({ by: 'column', column: 'part' })
    expect(chosen('group')).toEqual({ by: 'group', column: '' })
    expect(chosen('stratified')).toEqual({ by: 'stratified', column: '' })
    expect(chosen('random')).toEqual({ by: 'random', column: '' })
  })

  it('by a column ends with that column', () => {
    const { training } = emptyDocument()
    const divided = { ...training, division: { by: 'group', column: 'plot' } as const }
    expect(chooseData(divided, 'iris')).toContainEqual({
      type: 'set',
      path: ['training', 'division'],
      value: { by: 'random', column: '' },
    })
    expect(chooseData(training, 'iris')).toHaveLength(1)
    expect(chooseData(divided, 'mine', dataOf('plot'))).toHaveLength(1)
    const parted = { ...dataOf('part'), division: { by: 'column', column: 'part' } as const }
    expect(chooseData(divided, 'mine', parted)).toEqual([
      { type: 'set', path: ['training', 'data'], value: 'mine' },
      { type: 'set', path: ['training', 'division'], value: { by: 'column', column: 'part' } },
    ])
  })
})
