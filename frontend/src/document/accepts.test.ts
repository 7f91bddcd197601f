import { describe, expect, it } from 'vitest'
import { likely } from './accepts'
import { CATALOGUE } from './sampleCatalogue'

describe('the likeliest layers', () => {
  it.each([
    [
      [null, 64],
      ['Dense', 'BatchNormalization', 'Dropout', 'Add', 'Flatten', 'ReLU'],
    ],
    [
      [null, 28, 28, 3],
      ['Dense', 'Conv2D', 'MaxPooling2D', 'ConvLSTM1D', 'BatchNormalization', 'Dropout'],
    ],
    [
      [null, 20, 8],
      ['Dense', 'Conv1D', 'MaxPooling1D', 'LSTM', 'BatchNormalization', 'Dropout'],
    ],
  ])('after %j', (shape, names) => {
    const tensor = { port: 'output', shape, dtype: 'float32' }
    expect(likely(CATALOGUE.layers, tensor, 6).map(({ name }) => name)).toEqual(names)
  })
})
