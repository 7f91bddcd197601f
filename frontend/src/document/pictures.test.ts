import { expect, it } from 'vitest'
import type { Picture } from '../contract'
import { barsOf, bytesOf, colorsOf, decisionsOf, mapsOf, valueAt } from './pictures'

function picture(bytes: number[], rest: Partial<Picture>): Picture {
  return {
    node: ['a'],
    form: 'maps',
    shape: [],
    rows: 1,
    columns: 1,
    channels: 1,
    low: 0,
    high: 1,
    mean: 0,
    zeros: 0,
    wrong: 0,
    words: '',
    scores: [],
    pixels: btoa(String.fromCharCode(...bytes)),
    ...rest,
  }
}

const COLORS = { positive: [1, 2, 3], negative: [7, 8, 9] } as const

it('reads bytes as values of their scale', () => {
  expect([...bytesOf(picture([0, 128, 255], {}))]).toEqual([0, 128, 255])
  expect(valueAt({ low: -1, high: 1 }, 255)).toBe(1)
  expect(valueAt({ low: -1, high: 1 }, 0)).toBe(-1)
})

it('draws values by the strength of a pixel, those below 0 in another colour', () => {
  const { width, height, data } = mapsOf(
    picture([0, 255], { columns: 2, low: -1, high: 3 }),
    COLORS,
    8,
  )
  expect([width, height]).toEqual([2, 1])
  expect([...data]).toEqual([7, 8, 9, 85, 1, 2, 3, 255])
})

it('puts as many channels side by side as fit', () => {
  const four = picture([10, 20, 30, 40], { channels: 4 })
  expect(mapsOf(four, COLORS, 5).width).toBe(5)
  expect(mapsOf(four, COLORS, 100).width).toBe(7)
  expect(mapsOf(four, COLORS, 1).width).toBe(1)
  expect(mapsOf(four, COLORS, 1, 3).data[3]).toBe(40)
})

it('draws three channels in their colours', () => {
  const { data } = colorsOf(picture([1, 2, 3, 4, 5, 6], { columns: 2, channels: 3 }))
  expect([...data]).toEqual([1, 3, 5, 255, 2, 4, 6, 255])
})

it('draws bars from the line of 0', () => {
  const bars = barsOf(picture([0, 255], { form: 'bars', columns: 2, low: -1, high: 3 }))
  expect(bars).toEqual([
    { top: 0.75, height: 0.25, negative: true },
    { top: 0, height: 0.75, negative: false },
  ])
})

it('paints each place in the colour of the highest score', () => {
  const colors = [
    [1, 1, 1],
    [2, 2, 2],
  ] as const
  const two = decisionsOf(picture([255, 0, 0, 255], { columns: 2, channels: 2 }), colors)
  expect([two.data[0], two.data[4]]).toEqual([1, 2])
  const one = decisionsOf(picture([0, 255], { columns: 2 }), colors)
  expect([one.data[0], one.data[4]]).toEqual([1, 2])
  expect(one.data[3]).toBe(210)
})
