import { describe, expect, it } from 'vitest'
import { batch, ended, epoch, twoEpochs, view } from '../../session/sample'
import { compared } from './compare'
import { circumstances, curves, range, readings as readingsOf } from './curves'
import { best, latest, mainMetric, metricKeys } from './metrics'
import { comparisonWords, outcomeWords, phaseWords, progressWords, runTitle } from './words'

const plain = (text: string) => text.replaceAll('\u202f', ' ')

describe('metrics', () => {
  it('lists them without their validation twins, the loss first', () => {
    expect(metricKeys({ accuracy: 1, val_accuracy: 1, loss: 1, val_loss: 1 })).toEqual([
      'loss',
      'accuracy',
    ])
  })

  it.each([
    [['loss', 'mean_absolute_error'], 'mean_absolute_error'],
    [['loss', 'painted_loss', 'mean_absolute_error', 'score_accuracy'], 'score_accuracy'],
    [['loss'], 'loss'],
    [[], 'loss'],
  ])('finds the most telling of %j', (keys, key) => expect(mainMetric(keys)).toBe(key))

  it('finds the best epoch, the first of equals, and leaves out what is no number', () => {
    expect(best(twoEpochs, 'accuracy')).toEqual({ key: 'val_accuracy', value: 0.6, epoch: 1 })
    expect(best(twoEpochs, 'loss')).toEqual({ key: 'val_loss', value: 1.2, epoch: 1 })
    expect(best([epoch(1, { loss: Number.NaN }), epoch(2, { loss: 3 })], 'loss')?.epoch).toBe(2)
    expect(best([], 'loss')).toBeNull()
  })

  it('does not call an epoch the best that was stopped inside', () => {
    const stopped = { ...epoch(3, { accuracy: 1, val_accuracy: 1 }), complete: false }
    expect(best([...twoEpochs, stopped], 'accuracy')?.epoch).toBe(1)
    expect(best([stopped], 'accuracy')?.epoch).toBe(3)
  })

  it('falls back to the training rows', () => {
    expect(latest(epoch(1, { loss: 2 }), 'loss')).toEqual({ key: 'loss', value: 2 })
    expect(latest(epoch(1, {}), 'loss')).toBeNull()
  })
})

describe('words', () => {
  it('say how far a run is', () => {
    expect(plain(progressWords(view({ batch })))).toBe('epoch 3 of 20 · 25 steps/s · 34 s left')
    expect(plain(progressWords(view()))).toBe('epoch 2 of 20 · 25 steps/s · 8 s left')
    expect(progressWords(view({ started: null, epochs: [] }))).toBe('')
  })

  it('prefer the epoch that has ended to its last batch', () => {
    const late = { ...batch, epoch: 2, step: 50 }
    expect(plain(progressWords(view({ batch: late })))).toContain('8 s left')
  })

  it.each([
    [
      0.9,
      { key: 'val_accuracy', value: 0.95, epoch: 2 },
      3,
      'validation accuracy, best 95.0 % at epoch 2',
    ],
    [
      0.9,
      { key: 'val_accuracy', value: 0.9, epoch: 2 },
      3,
      'validation accuracy, first reached at epoch 2',
    ],
    [0.9, { key: 'val_accuracy', value: 0.9, epoch: 3 }, 3, 'validation accuracy, the best so far'],
    [0.9, { key: 'val_accuracy', value: 0.9, epoch: 1 }, 1, 'validation accuracy'],
  ])('compare %d with the best %j in epoch %d', (latest, top, at, words) => {
    expect(plain(comparisonWords({ key: 'val_accuracy', value: latest }, top, at, false))).toBe(
      words,
    )
  })

  it('name phases, outcomes and runs', () => {
    expect(phaseWords('starting', 'tensorflow')).toBe('Starting TensorFlow')
    expect(outcomeWords('finished', 6, 40)).toBe('Finished early after 6 epochs')
    expect(outcomeWords('finished', 40, 40)).toBe('Finished after 40 epochs')
    expect(outcomeWords('stopped', 3)).toBe('Stopped after 3 epochs')
    expect(runTitle({ number: 7, backend: 'jax', device: 'gpu:0' })).toBe('Run 7 · JAX · GPU 0')
  })
})

describe('curves', () => {
  it('follow the epochs and the batch under way, on an axis that stays fixed', () => {
    expect(curves(view({ batch }), 'accuracy')).toEqual({
      x: [1, 2, 2.5],
      training: [0.5, 0.7, 0.8],
      validation: [0.6, 0.6, null],
      end: 20,
    })
  })

  it('have the readings inside epochs, and the validation at their ends', () => {
    const [first, second] = twoEpochs
    const readings = [
      { step: 10, metrics: { loss: 3 } },
      { step: 50, metrics: { loss: 1 } },
    ]
    const epochs = [{ ...first, readings }, second] as typeof twoEpochs
    expect(readingsOf(view({ epochs }), 'loss')).toEqual({
      x: [0.2, 1, 2],
      training: [3, 1, 0.7],
      validation: [null, 1.2, 1.4],
      end: 20,
    })
  })

  it('know the rate, the speed and the memory of each epoch', () => {
    expect(circumstances(view())).toEqual({
      rate: [0.001, 0.001],
      speed: [25, 25],
      memory: [500, 500],
    })
  })

  it('end where the run ended', () => {
    expect(curves(view({ batch, ended }), 'loss')).toMatchObject({ x: [1, 2], end: 2 })
  })

  it('leave out what cannot be drawn', () => {
    const diverged = [epoch(1, { loss: Number.POSITIVE_INFINITY })]
    expect(curves(view({ epochs: diverged }), 'loss').training).toEqual([null])
  })

  it.each([
    ['accuracy', 0.2, 0.9, [0, 1]],
    ['loss', 0.5, 2, [0, 2.1]],
    ['loss', null, null, [0, 1.05]],
    ['loss', 0, 0, [0, 1]],
    ['r2_score', -1, 1, [-1, 1.1]],
  ] as const)('give %s a range', (key, low, high, expected) => {
    expect(range(key, low, high)).toEqual(expected)
  })

  it('lay runs over one axis', () => {
    const other = view({ epochs: [epoch(1, { loss: 1, val_accuracy: 0.9, accuracy: 1 })] })
    expect(
      compared([
        { number: 1, view: view() },
        { number: 2, view: other },
      ]),
    ).toEqual({
      key: 'val_accuracy',
      keys: ['val_accuracy', 'loss', 'accuracy', 'val_loss'],
      without: [],
      x: [1, 2],
      end: 2,
      lines: [
        { label: 'run 1', color: '--s-1', width: 3, values: [0.6, 0.6] },
        { label: 'run 2', color: '--s-2', width: 1.6, values: [0.9, null] },
      ],
    })
    expect(compared([]).lines).toEqual([])
  })

  it('show a metric that all runs have, and name a run that lacks the chosen one', () => {
    const numbers = view({ epochs: [epoch(1, { loss: 2, val_loss: 3, mae: 1, val_mae: 2 })] })
    const both = [
      { number: 1, view: numbers },
      { number: 2, view: view() },
    ]
    const shown = compared(both)
    expect([shown.key, shown.lines.length, shown.without]).toEqual(['val_loss', 2, []])
    const chosen = compared(both, 'val_accuracy')
    expect([chosen.lines.map(({ label }) => label), chosen.without]).toEqual([['run 2'], [1]])
    expect(compared(both, 'gone').key).toBe('val_loss')
  })
})
