import { describe, expect, it } from 'vitest'
import type { Entry, Param } from '../contract'
import { changedClass, typed, withParam, written } from './values'

const param = (more: Partial<Param>): Param => ({
  name: 'patience',
  type: 'integer',
  required: false,
  default: 0,
  nullable: false,
  choices: [],
  minimum: 0,
  maximum: null,
  length: null,
  positional: false,
  telling: false,
  advanced: false,
  help: '',
  ...more,
})

describe('typing', () => {
  it.each<[string, Partial<Param>, string, unknown]>([
    ['nothing', {}, ' ', { value: undefined }],
    ['a whole number', {}, '5', { value: 5 }],
    ['half a number', {}, '5.5', { wrong: 'This must be a whole number.' }],
    ['too little', {}, '-1', { wrong: 'This must be 0 or more.' }],
    ['words', {}, 'five', { wrong: 'This must be a number.' }],
    ['an exponent', { type: 'number' }, '1e-3', { value: 0.001 }],
    ['text', { type: 'string' }, 'val_loss', { value: 'val_loss' }],
    ['a list', { type: 'integers' }, '[1, 2]', { value: [1, 2] }],
  ])('%s', (_name, more, text, value) => expect(typed(param(more), text)).toEqual(value))
})

it('writes values as they are typed', () => {
  expect([null, 'a', 0.1, [1, 2]].map(written)).toEqual(['', 'a', '0.1', '[1,2]'])
})

it('keeps only what differs from the default', () => {
  const spec = { class: 'EarlyStopping', params: { patience: 3, monitor: 'loss' } }
  expect(withParam(spec, param({}), 7).params).toEqual({ patience: 7, monitor: 'loss' })
  expect(withParam(spec, param({}), 0).params).toEqual({ monitor: 'loss' })
  expect(withParam(spec, param({}), undefined).params).toEqual({ monitor: 'loss' })
})

it('keeps the parameters that another class has too', () => {
  const entry = { name: 'SGD', params: [param({ name: 'learning_rate' })] } as unknown as Entry
  const before = { class: 'Adam', params: { learning_rate: 0.1, beta_1: 0.8 } }
  expect(changedClass(entry, before)).toEqual({ class: 'SGD', params: { learning_rate: 0.1 } })
})
