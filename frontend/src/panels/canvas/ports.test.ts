import { expect, it } from 'vitest'
import { WIDTH } from '../../document/geometry'
import { portsOf } from '../../document/layers'
import { graph, LAYERS, node } from '../../document/sample'
import { placePorts } from './ports'

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
