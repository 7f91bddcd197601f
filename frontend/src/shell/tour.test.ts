import { expect, it } from 'vitest'
import { placeOf, WIDTH } from './tour'

const page = { width: 1440, height: 900 }
const card = { height: 180 }

it.each([
  ['beside a panel at the left', { left: 0, top: 48, width: 232, height: 600 }],
  ['beside a panel at the right', { left: 1152, top: 48, width: 288, height: 600 }],
  ['below a button', { left: 1350, top: 8, width: 76, height: 32 }],
  ['above a drawer', { left: 0, top: 640, width: 1440, height: 260 }],
])('lies %s, without covering it', (_, target) => {
  const { left, top } = placeOf(target, card, page)
  const apart =
    left >= target.left + target.width ||
    left + WIDTH <= target.left ||
    top >= target.top + target.height ||
    top + card.height <= target.top
  expect(apart).toBe(true)
  expect(left).toBeGreaterThanOrEqual(0)
  expect(top).toBeGreaterThanOrEqual(0)
  expect(left + WIDTH).toBeLessThanOrEqual(page.width)
  expect(top + card.height).toBeLessThanOrEqual(page.height)
})

it.each([
  { left: 0, top: 0, width: 400, height: 800 },
  { left: -50, top: 700, width: 500, height: 400 },
])('stays on a narrow page', (target) => {
  const { left, top } = placeOf(target, card, { width: 400, height: 800 })
  expect(left).toBeGreaterThanOrEqual(0)
  expect(left + WIDTH).toBeLessThanOrEqual(400)
  expect(top).toBeGreaterThanOrEqual(0)
  expect(top + card.height).toBeLessThanOrEqual(800)
})
