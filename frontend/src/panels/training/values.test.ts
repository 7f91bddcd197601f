import { expect, it } from 'vitest'
import catalogue from '../../../../engine/catalogue/catalogue.json'
import type { Entry } from '../../contract'
import { changedClass, startingObject, startingSchedule, withParam } from './values'

it('changes one parameter and forgets defaults', () => {
  const spec = { class: 'EarlyStopping', params: { patience: 3, monitor: 'loss' } }
  expect(withParam(spec, 'patience', 7).params).toEqual({ patience: 7, monitor: 'loss' })
  expect(withParam(spec, 'patience', undefined).params).toEqual({ monitor: 'loss' })
})

it('keeps the parameters that another class has too', () => {
  const entry = { name: 'SGD', params: [{ name: 'learning_rate' }] } as unknown as Entry
  const before = { class: 'Adam', params: { learning_rate: 0.1, beta_1: 0.8 } }
  expect(changedClass(entry, before)).toEqual({ class: 'SGD', params: { learning_rate: 0.1 } })
})

it('gives early stopping some patience', () => {
  const params = { patience: 5, restore_best_weights: true }
  expect(startingObject('EarlyStopping')).toEqual({ class: 'EarlyStopping', params })
  expect(startingObject('AUC')).toEqual({ class: 'AUC', params: {} })
})

const schedules = catalogue.objects.filter((entry) => entry.kind === 'schedule')

it.each(schedules.map((entry) => [entry.name, entry] as const))(
  'starts %s with all that Keras requires, and nothing it does not know',
  (name, entry) => {
    const params = entry.params as { name: string; required?: boolean }[]
    const names = Object.keys(startingSchedule({ class: name, params: {} }, 0.01).params)
    const required = params.filter((param) => param.required).map((param) => param.name)
    expect(names).toEqual(expect.arrayContaining(required))
    expect(params.map((param) => param.name)).toEqual(expect.arrayContaining(names))
  },
)
