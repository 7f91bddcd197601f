import { expect, it } from 'vitest'
import { en } from './en'
import { bracketed, pseudo } from './pseudo'
import { pieces, t } from './t'

it('fills in named arguments, numbers as counts', () => {
  expect(t('format.left', { time: '4 s' })).toBe('4 s left')
  expect(t('history.epochOf', { epoch: 1200, epochs: 2000 })).toBe('1,200 of 2,000')
})

it('chooses the plural form by count', () => {
  expect(t('common.layers', { count: 1 })).toBe('1 layer')
  expect(t('common.layers', { count: 0 })).toBe('0 layers')
})

it('refuses unknown keys, and arguments that differ from the message', () => {
  // Type errors, which `npm run check` reports where they are missing.
  // @ts-expect-error
  void (() => t('history.nothing'))
  // @ts-expect-error
  void (() => t('format.left'))
  // @ts-expect-error
  void (() => t('format.left', { tme: '4 s' }))
  // @ts-expect-error
  void (() => t('common.layers', { count: 'many' }))
  expect(t('common.close')).toBe('Close')
})

it('splits a message at its arguments', () => {
  expect(pieces('format.left')).toEqual(['', { name: 'time' }, ' left'])
})

it('puts all text of the pseudo-language into brackets, and no argument', () => {
  expect(bracketed('Run {number} of {count}.')).toBe('⟦Run ⟧{number}⟦ of ⟧{count}⟦.⟧')
  expect(pseudo(en).common.layers).toEqual({ one: '{count}⟦ layer⟧', other: '{count}⟦ layers⟧' })
})
