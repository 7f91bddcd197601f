import { expect, it } from 'vitest'
import { frameAround, newNote, nodesIn } from './annotations'
import { HEIGHT, WIDTH } from './geometry'
import { graph, node } from './sample'

const cards = [0, 96, 192].map((y) => node(`n${y}`, 'Dense', { position: { x: 0, y } }))

it('a frame holds its cards, and touches no others', () => {
  const frame = frameAround(cards.slice(1, 2))
  expect(nodesIn(graph(cards), frame).map(({ id }) => id)).toEqual(['n96'])
  expect(frame.position.y).toBeGreaterThan(HEIGHT)
  expect(frame.position.y + frame.height).toBeLessThan(192)
})

it('a note lies where it was put, unless it would cover a card', () => {
  expect(newNote(cards, { x: 600, y: 40 }).position).toEqual({ x: 600, y: 40 })
  const beside = newNote(cards, { x: 40, y: 40 }).position
  expect(beside.x).toBeGreaterThan(WIDTH)
  expect(beside.y).toBe(40)
})
