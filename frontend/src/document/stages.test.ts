import { describe, expect, it } from 'vitest'
import type { Graph } from '../contract'
import { stageNameOf, stagesOf } from './stages'

const names = (...words: string[]) =>
  ({
    nodes: words.map((word, i) => {
      const [name = '', layer = 'Conv2D'] = word.split(' ')
      return { id: `n${i}`, name, layer, position: { x: 0, y: i * 96 } }
    }),
  }) as unknown as Graph

describe('stages', () => {
  it.each([
    ['conv2_block1_1_conv', 'Conv2D', 'conv2'],
    ['block4a_se_reduce', 'Conv2D', 'block4'],
    ['block_4_expand', 'Conv2D', 'block_4'],
    ['encoder/attention', 'MultiHeadAttention', 'encoder'],
    ['conv2d_12', 'Conv2D', null],
    ['batch_normalization', 'BatchNormalization', null],
    ['predictions', 'Dense', null],
    ['', 'Dense', null],
  ])('reads the stage of %s', (name, layer, stage) => {
    expect(stageNameOf({ name, layer })).toBe(stage)
  })

  it('groups what lies together, and nothing that is scattered', () => {
    const graph = names('a_x', 'a_y ReLU', 'a_z', 'b_x', 'b_y ReLU', 'b_z')
    const stages = stagesOf(graph).map(({ name, nodes }) => [name, nodes.length])
    expect(stages).toEqual([
      ['a', 3],
      ['b', 3],
    ])
    expect(stagesOf(names('a_x', 'b_x', 'b_y', 'b_z', 'a_y ReLU', 'b_w', 'a_z'))).toEqual([])
  })
})
