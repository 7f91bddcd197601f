import { expect, test } from 'vitest'
import { packed } from './packing'
import { numbersOf } from './planes'

const PHOTO = Array.from({ length: 3 * 61 * 61 }, (_, at) => Math.fround(at / 7 - 100))

test('inputs of many numbers are packed, the others are listed', () => {
  const values = { photo: PHOTO, row: [1, 2.5] }
  const sent = packed({ type: 'own', values, packed: {}, texts: { note: 'a' } })
  expect(sent.values).toEqual({ row: [1, 2.5] })
  expect(sent.texts).toEqual({ note: 'a' })
  expect(Object.keys(sent.packed)).toEqual(['photo'])
  const shape = [PHOTO.length]
  const restored = numbersOf({ name: '', shape, kept: shape, numbers: sent.packed.photo ?? '' })
  expect([...restored]).toEqual(PHOTO)
})

test('a small input stays as it is', () => {
  const sample = { type: 'own' as const, values: { row: [1] }, packed: {}, texts: {} }
  expect(packed(sample)).toBe(sample)
})
