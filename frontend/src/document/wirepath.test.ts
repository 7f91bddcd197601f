import { expect, it } from 'vitest'
import { endsOf, smooth } from './wirepath'

it('leaves and arrives vertically in a drawing that runs down', () => {
  const { path, middle } = smooth(endsOf({ x: 0, y: 0 }, { x: 0, y: 96 }, false))
  expect(path).toBe('M 104,56 C 104,76 104,76 104,96')
  expect(middle).toEqual({ x: 104, y: 76 })
})

it('leaves and arrives horizontally in a drawing to the right, also at its bends', () => {
  const [start, end] = endsOf({ x: 0, y: 0 }, { x: 504, y: 96 }, true)
  const { path } = smooth([start, { x: 308, y: 28 }, end], { right: true, into: true })
  expect(path).toBe('M 208,28 C 258,28 258,28 308,28 C 406,28 406,124 504,124')
})

it('arrives from above at a port that is at the top', () => {
  const ways = { right: true, into: false }
  const { path } = smooth(
    [
      { x: 208, y: 28 },
      { x: 400, y: 96 },
    ],
    ways,
  )
  expect(path).toBe('M 208,28 C 304,28 400,62 400,96')
})
