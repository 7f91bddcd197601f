import { describe, expect, it } from 'vitest'
import * as format from './format'

const plain = (text: string) => text.replaceAll('\u202f', ' ')

describe.each<[string, (value: number) => string, [number, string][]]>([
  [
    'count',
    format.count,
    [
      [0, '0'],
      [9248, '9,248'],
      [99_999, '99,999'],
      [25_636_712, '25.6 M'],
    ],
  ],
  [
    'bytes',
    format.bytes,
    [
      [512, '512 B'],
      [102_546_848, '103 MB'],
      [999_999, '1.00 MB'],
    ],
  ],
  [
    'percent',
    format.percent,
    [
      [0, '0 %'],
      [0.978, '97.8 %'],
      [1, '100 %'],
      [0.9996, '100 %'],
    ],
  ],
  [
    'measure',
    format.measure,
    [
      [0, '0'],
      [0.04217, '0.0422'],
      [2.3051, '2.305'],
      [3105.2, '3105'],
      [1, '1'],
      [31052.4, '31,052'],
      [1.5e-7, '1.50e-7'],
      [Number.NaN, 'not a number'],
      [-0.5, '-0.500'],
    ],
  ],
  [
    'duration',
    format.duration,
    [
      [0.85, '850 ms'],
      [1.44, '1.4 s'],
      [4, '4 s'],
      [59.7, '1 min'],
      [125, '2 min 5 s'],
      [11_400, '3 h 10 min'],
    ],
  ],
  [
    'left',
    format.left,
    [
      [0.2, 'less than 1 s left'],
      [3.8, '4 s left'],
      [122, '2 min left'],
    ],
  ],
])('%s', (_name, write, cases) => {
  it.each(cases)('writes %d as %s', (value, text) => expect(plain(write(value))).toBe(text))
})

it('writes shapes without a batch axis', () => {
  expect(format.shape([8, 8, 32])).toBe('8×8×32')
  expect(format.shape([null, 64])).toBe('?×64')
  expect(format.shape([])).toBe('scalar')
})

it.each([
  [10, 'just now'],
  [60, '1 minute ago'],
  [7200, '2 hours ago'],
  [86_400, 'yesterday'],
  [86_400 * 40, '22 November 2023'],
])('says when %d seconds ago was', (seconds, text) => {
  const now = Date.parse('2024-01-01T12:00:00Z')
  expect(format.ago(new Date(now - seconds * 1000).toISOString(), now)).toBe(text)
})

it('keeps the numbers of an axis short', () => {
  const axis = [0, 0.5, 2, 25_000].map((value) => plain(format.tick('loss', value)))
  expect(axis).toEqual(['0', '0.5', '2', '25.0 k'])
  expect(plain(format.tick('val_accuracy', 0.975))).toBe('97.5 %')
})

it('reads metrics as people do', () => {
  expect(format.metricName('val_sparse_categorical_accuracy')).toBe('validation accuracy')
  expect(format.metricName('mae')).toBe('mean absolute error')
  expect(plain(format.metricValue('val_accuracy', 0.9775))).toBe('97.8 %')
  expect(format.metricValue('val_loss', 0.0821)).toBe('0.0821')
  expect(format.higherIsBetter('val_accuracy')).toBe(true)
  expect(format.higherIsBetter('val_mean_absolute_error')).toBe(false)
})

it.each([
  ['Ein Netz: Die Pixel werden zu Zahlen. Mehr folgt.', 'Ein Netz: Die Pixel werden zu Zahlen.'],
  ['Weights of 0.5 are kept. All others go.', 'Weights of 0.5 are kept.'],
  ['no end', 'no end'],
])('shows the first sentence of “%s”', (text, first) => {
  expect(format.firstSentence(text)).toBe(first)
})
