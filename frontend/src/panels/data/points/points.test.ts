import { expect, it } from 'vitest'
import { optionsOf, readDrawing, written } from './file'
import { added, counted, erased, LIMIT, missing, near, REACH, withoutClass } from './points'

const POINTS = [
  { x: -0.5, y: 0.25, label: 0 },
  { x: 0.5, y: 0.125, label: 1 },
  { x: 1, y: -1, label: 2 },
]
const DRAWING = { classes: ['red', 'a, "b"', '3'], points: POINTS }

it('is written as a table and read again', () => {
  const text = written(DRAWING)
  expect(text).toBe('x,y,label\n-0.5,0.25,red\n0.5,0.125,"a, ""b"""\n1,-1,3\n')
  expect(readDrawing(text)).toEqual(DRAWING)
  const label = { type: 'category', role: 'target', separator: null, format: null }
  expect(optionsOf(DRAWING).columns).toHaveProperty('label', label)
})

it('has no classes where y is a number to learn', () => {
  const drawing = { classes: [], points: POINTS.map((point) => ({ ...point, label: 0 })) }
  expect(written(drawing)).toBe('x,y\n-0.5,0.25\n0.5,0.125\n1,-1\n')
  expect(readDrawing(written(drawing))).toEqual(drawing)
})

it.each(['a,b\n1,1\n', 'x,y,label\n1,1\n', 'x,y\n1,1,red\n', 'x,y\n5,1\n', 'x,y\n,1\nno'])(
  'does not read %j',
  (text) => {
    expect(readDrawing(text)).toBeNull()
  },
)

it('keeps points inside the square, and no more than fit', () => {
  expect(added([], { x: 1.7, y: -0.12345, label: 0 })).toEqual([{ x: 1, y: -0.123, label: 0 }])
  const full = Array.from({ length: LIMIT }, () => ({ x: 0, y: 0, label: 0 }))
  expect(added(full, { x: 0, y: 0, label: 0 })).toBe(full)
})

it('sprays within reach', () => {
  const middle = { x: 0, y: 0, label: 1 }
  expect(near(middle, () => 1).x).toBeCloseTo(REACH)
  expect(near(middle, () => 0)).toEqual(middle)
})

it('erases what is within reach', () => {
  expect(erased(POINTS, -0.5, 0.25 + REACH / 2)).toEqual(POINTS.slice(1))
  expect(erased(POINTS, 0, -1)).toBe(POINTS)
})

it('removes a class with its points', () => {
  const rest = withoutClass(DRAWING, 1)
  expect(rest.classes).toEqual(['red', '3'])
  expect(counted(rest)).toEqual([1, 1])
  expect(rest.points[1]).toEqual({ x: 1, y: -1, label: 1 })
})

it('says what a drawing lacks', () => {
  expect(missing(DRAWING)).toBeNull()
  expect(missing({ ...DRAWING, points: [] })).toBe('points')
  expect(missing({ ...DRAWING, points: POINTS.slice(0, 1) })).toBe('points')
  expect(missing({ ...DRAWING, classes: ['a', 'b', ' a'] })).toBe('names')
  expect(missing({ ...DRAWING, classes: ['a', '', 'b'] })).toBe('names')
  const [red] = POINTS
  expect(missing({ ...DRAWING, points: red ? [red, red] : [] })).toBe('classes')
  expect(missing({ classes: [], points: POINTS })).toBeNull()
})
