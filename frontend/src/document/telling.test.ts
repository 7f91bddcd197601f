import { describe, expect, it } from 'vitest'
import { entry, node, param } from './sample'
import { cardParams } from './telling'

const LAYER = entry('Conv', {
  params: [
    param('bias', 'boolean'),
    param('filters', 'integer', { required: true, telling: true }),
    param('kernel', 'json', { advanced: true }),
    param('seed', 'integer', { advanced: true }),
    param('mask', 'boolean', { at_call: true }),
  ],
})

describe('the parameters on a card', () => {
  it('are the telling ones first, then the plain ones and those that are set', () => {
    const conv = node('a', 'Conv', { params: { seed: 3 } })
    const names = cardParams(conv, LAYER).map(({ name }) => name)
    expect(names).toEqual(['filters', 'bias', 'seed', 'mask'])
  })

  it('are the call arguments alone where a layer is shared', () => {
    const again = node('b', 'Conv', { shares: 'a' })
    expect(cardParams(again, LAYER).map(({ name }) => name)).toEqual(['mask'])
  })

  it('are none of a layer that is not in the catalogue', () => {
    expect(cardParams(node('a', 'Lost'), undefined)).toEqual([])
  })
})
