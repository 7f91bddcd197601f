import { expect, it } from 'vitest'
import { edge, graph, LAYERS, node } from './sample'
import { rowsOf, sourcesOf } from './summary'

const model = graph([node('out', 'Dense', { name: 'top' }), node('in', 'Input')], [edge('in out')])
const verdict = {
  outputs: [{ port: 'output', shape: [null, 3], dtype: 'float32' }],
  ...{ trainable: 12, non_trainable: 2, weight_bytes: 56 },
  ...{ activation_bytes: 384, multiply_adds: 9 },
}

it('lists the layers in the order of the wires, with what is known of them', () => {
  const [first, second] = rowsOf(model, LAYERS, { out: verdict })
  expect(first).toMatchObject({ id: 'in', shapes: null, trainable: 0, multiplyAdds: null })
  expect(second).toEqual({
    ...{ id: 'out', name: 'top', type: 'Dense', shapes: [[null, 3]], dtype: 'float32' },
    ...{ trainable: 12, nonTrainable: 2, weightBytes: 56, activationBytes: 384, multiplyAdds: 9 },
  })
  expect(sourcesOf(model, 'out', LAYERS)).toEqual(['Input'])
})
