import { expect, it } from 'vitest'
import { colorOfClass, MOST_CLASSES } from './painting'

it('gives each class a colour of its own', () => {
  const colors = Array.from({ length: MOST_CLASSES }, (_, number) => colorOfClass(number))
  expect(new Set(colors).size).toBe(MOST_CLASSES)
  for (const color of colors) expect(color).toMatch(/^#[0-9a-f]{6}$/)
})
