import { expect, it } from 'vitest'
import { placePorts } from './cardports'
import { HEIGHT, WIDTH } from './geometry'
import { PLAIN, portsOf } from './layers'
import { graph, LAYERS, node } from './sample'

it('spreads ports over the card, the optional ones on the right', () => {
  const placed = placePorts(portsOf(graph([]), node('at', 'Attend'), LAYERS))
  const inputs = placed.filter(({ side }) => side === 'input')
  expect(inputs.map(({ port, shy }) => [port.name, shy])).toEqual([
    ['query', false],
    ['value', false],
    ['mask', true],
  ])
  const xs = inputs.map(({ x }) => x)
  expect(xs).toEqual(xs.toSorted((a, b) => a - b))
  expect(Math.max(...xs)).toBeLessThan(WIDTH)
})

it('spreads ports over the sides of a card in a drawing to the right, the optional ones at its top', () => {
  const ports = placePorts(portsOf(graph([]), node('at', 'Attend'), LAYERS), true)
  expect(ports.map(({ port, edge, x, y }) => [port.name, edge, x, Math.round(y)])).toEqual([
    ['query', 'left', 0, Math.round(HEIGHT / 3)],
    ['value', 'left', 0, Math.round((2 * HEIGHT) / 3)],
    ['mask', 'top', WIDTH - 14, 0],
    ['output', 'right', WIDTH, HEIGHT / 2],
  ])
})

it('gives ports at a side as much room as there is', () => {
  const outputs = [1, 2, 3].map((number) => ({ ...PLAIN, name: `output ${number}` }))
  const placed = placePorts({ inputs: [], outputs }, true)
  expect(placed.map(({ room }) => room)).toEqual([14, 14, 14])
})
