import { describe, expect, it } from 'vitest'
import type { Graph } from '../contract'
import { fitsBeside, prefixOf } from './shortening'

const NAMES = ['1_conv', '1_bn', '1_relu', '2_conv', '2_bn', '2_relu'].flatMap((end) => [
  `conv2_block1_${end}`,
  `conv2_block2_${end}`,
])

function graph(names: string[]): Graph {
  return { nodes: names.map((name, at) => ({ id: String(at), name })) } as unknown as Graph
}

describe('a name on a card', () => {
  it.each([
    ['conv2_block1_1_conv', 'Conv2D', 'conv2_block1_'],
    ['conv2_block1_1_bn', 'BatchNormalization', 'conv2_block1_1_'],
    ['block1_1_relu', '', ''],
    ['conv2_block1_1_relu', '', 'conv2_'],
    ['conv2_block1_1_relu', 'SpatialDropout3D and more', 'conv2_block1_1_'],
  ])('%s beside “%s” is without “%s”', (name, kind, prefix) => {
    expect(prefixOf(graph(NAMES), name, kind.length)).toBe(prefix)
  })

  it('keeps what it shares with few others, and the mark at its end', () => {
    expect(
      prefixOf(graph(['encoder_attention_a', 'encoder_attention_b']), 'encoder_attention_a', 9),
    ).toBe('')
    const names = ['a_very_long_name_', 'a_very_long_name_', 'a_very_long_name_']
    expect(prefixOf(graph(names), 'a_very_long_name_', 18)).toBe('a_very_long_')
  })

  it('follows names that change', () => {
    const nodes = graph(NAMES)
    expect(prefixOf(nodes, 'conv2_block1_1_conv', 6)).toBe('conv2_block1_')
    const others = graph(NAMES.map((name) => name.replace('conv2', 'stage')))
    expect(prefixOf(others, 'conv2_block1_1_conv', 6)).toBe('')
  })
})

it.each([
  ['stem_conv1', 'Conv2D', '864', true],
  ['pool1_pool', 'MaxPooling2D', '', true],
  ['pool', 'GlobalAveragePooling2D', '', false],
  ['avg_pool', 'GlobalAveragePooling2D', '', false],
  ['stem_bn1', 'BatchNormalization', '128', false],
  ['Conv2DTranspose 3', '', '131 k', true],
  ['Conv2DTranspose 4', '', '32,832', false],
])('%s beside %s and “%s” has room: %s', (name, type, number, has) => {
  expect(fitsBeside(name.length, type, number)).toBe(has)
})

it('leaves the room of a mark in larger type to the name', () => {
  expect(fitsBeside('conv_1'.length, 'Conv2D', '160', { enlarged: 1.3 })).toBe(true)
  expect(fitsBeside('conv_1'.length, 'Conv2D', '160', { enlarged: 1.3, marks: 30 })).toBe(false)
})
