import { describe, expect, it } from 'vitest'
import { channels, classColour, kindOf, maskPixels, pixels, sparkline, tabular } from './kinds'

it.each([
  [[8, 8, 1], [], 'image'],
  [[32, 32, 3], [], 'image'],
  [[28, 28], [], 'image'],
  [[32, 1], [], 'sequence'],
  [[4], [], 'vector'],
  [[1], [], 'number'],
  [[], [], 'number'],
  [[], ['setosa', 'virginica'], 'class'],
  [[12], ['a', 'b'], 'classes'],
  [[24, 24], ['background', 'disc'], 'mask'],
] as const)('looks at shape %j with classes %j as %s', (shape, classes, kind) => {
  expect(kindOf({ shape: [...shape], classes: [...classes], dtype: 'float32' })).toBe(kind)
})

it('looks at text as text', () => {
  expect(kindOf({ shape: [], classes: [], dtype: 'string' })).toBe('text')
})

describe('pixels', () => {
  it('makes grey of one channel, over the range of the whole column', () => {
    const { width, height, bytes } = pixels([[[0], [1]]], [1, 2, 1], 0, 2)
    expect([width, height]).toEqual([2, 1])
    expect([...bytes]).toEqual([0, 0, 0, 255, 128, 128, 128, 255])
  })

  it('keeps three channels apart', () => {
    const { bytes } = pixels([[[0, 0.5, 1]]], [1, 1, 3], 0, 1)
    expect([...bytes]).toEqual([0, 128, 255, 255])
  })

  it('survives rows that are shorter than their shape', () => {
    expect([...pixels([[]], [1, 1, 1], 0, 1).bytes]).toEqual([0, 0, 0, 255])
  })
})

describe('masks', () => {
  it('have a colour for each class', () => {
    const colours = Array.from({ length: 21 }, (_, number) => classColour(number).join())
    expect(new Set(colours).size).toBe(21)
    expect(colours.join()).not.toContain('NaN')
  })

  it('are shown in these colours', () => {
    const { width, height, bytes } = maskPixels([[0], [2]], [2, 1])
    expect([width, height]).toEqual([1, 2])
    expect([...bytes]).toEqual([...classColour(0), 255, ...classColour(2), 255])
  })
})

it('draws a line through a sequence, high values up', () => {
  expect(sparkline([0, 1, 0], 10, 4, [0, 1])).toBe('M0.0 4.0L5.0 0.0L10.0 4.0')
  expect(sparkline([], 10, 4, [0, 1])).toBe('')
})

it('writes a table with the decimals that its longest number needs', () => {
  const values = [5, 0.25, 3.5]
  expect(values.map(tabular(values))).toEqual(['5.00', '0.25', '3.50'])
  expect([1, 2].map(tabular([1, 2]))).toEqual(['1', '2'])
  expect(tabular([])(1)).toBe('1')
})

it('takes the channels of a sequence apart', () => {
  expect(
    channels([
      [1, 2],
      [3, 4],
    ]),
  ).toEqual([
    [1, 3],
    [2, 4],
  ])
})
