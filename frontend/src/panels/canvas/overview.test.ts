import { describe, expect, it } from 'vitest'
import { meet } from '../../document/geometry'
import { placesBeside } from './overview'

const VIEW = { width: 900, height: 500 }

describe('the name of a stage', () => {
  it('stands at its side where the drawing runs down', () => {
    const box = { x: 300, y: 100, width: 60, height: 200 }
    const [place] = placesBeside(box, 90, false, VIEW)
    expect(place && place.x + place.width).toBeLessThan(box.x)
    const [other] = placesBeside({ ...box, x: 20 }, 90, false, VIEW)
    expect(other?.x).toBeGreaterThan(80)
  })

  it('stands over no stage where the drawing runs to the right', () => {
    const boxes = [0, 1, 2, 3].map((i) => ({ x: 100 + 60 * i, y: 240, width: 58, height: 20 }))
    for (const box of boxes) {
      const places = placesBeside(box, 90, true, VIEW)
      expect(places.length).toBeGreaterThan(3)
      for (const place of places) expect(boxes.some((other) => meet(other, place))).toBe(false)
    }
  })
})
