import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { boundsOf, meet } from '../../document/geometry'
import { edge, graph, node } from '../../document/sample'
import { inView } from './inview'

const IDS = [...'abcdef']
const place = fc.record({
  x: fc.integer({ min: -9000, max: 9000 }),
  y: fc.integer({ min: -9000, max: 90_000 }),
})
const side = fc.integer({ min: 1, max: 30_000 })
const pair = fc.tuple(fc.constantFrom(...IDS), fc.constantFrom(...IDS))

it('shows the cards in view and both ends of each wire that crosses it', () => {
  fc.assert(
    fc.property(
      fc.array(place, { minLength: IDS.length, maxLength: IDS.length }),
      fc.uniqueArray(pair, { selector: String }),
      place,
      side,
      side,
      (places, pairs, corner, width, height) => {
        const nodes = IDS.map((id, at) => node(id, 'Dense', { position: places[at] ?? corner }))
        const shown = graph(
          nodes,
          pairs.map(([from, to]) => edge(`${from} ${to}`)),
        )
        const view = { ...corner, width, height }
        const inside = nodes.filter((one) => meet(boundsOf([one]) ?? view, view))
        const crossing = shown.edges.flatMap(({ source, target }) => {
          const ends = nodes.filter(({ id }) => id === source || id === target)
          return meet(boundsOf(ends) ?? view, view) ? ends : []
        })
        const expected = new Set([...inside, ...crossing].map(({ id }) => id))
        expect(inView(shown, view)).toEqual(expected)
      },
    ),
  )
})
