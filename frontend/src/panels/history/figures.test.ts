import { describe, expect, it } from 'vitest'
import type { RunOut } from '../../contract'
import { epoch, view } from '../../session/sample'
import { figures } from './figures'

const run = (number: number): RunOut => ({
  id: String(number),
  number,
  revision: 1,
  backend: 'jax',
  device: 'cpu',
  phase: 'saving',
  outcome: 'finished',
  problem: null,
  created: '2025-01-01T00:00:00Z',
  started: '2025-01-01T00:00:00Z',
  ended: `2025-01-01T00:00:0${number}Z`,
  epochs: 2,
  epoch: epoch(2, {}),
  artefacts: [],
  start: null,
  checkpoint: false,
  seq: 9,
  race: '',
})

describe('final figures', () => {
  const one = { run: run(1), view: view({ epochs: [epoch(2, { loss: 1, val_accuracy: 0.5 })] }) }
  const two = { run: run(2), view: view({ epochs: [epoch(2, { loss: 2, val_accuracy: 0.75 })] }) }
  const rows = () =>
    figures([one, two]).map(({ name, cells }) => [name, ...cells.map(({ best }) => best)])

  it('mark the best of each metric, by what is better for it', () => {
    expect(rows().slice(0, 2)).toEqual([
      ['validation accuracy', false, true],
      ['loss', true, false],
    ])
  })

  it('mark neither time nor size', () => {
    expect(
      rows()
        .slice(2)
        .flat()
        .filter((cell) => cell === true),
    ).toEqual([])
  })

  it('mark nothing where all are equal, and leave out what a run lacks', () => {
    const same = figures([one, one, { ...two, view: view({ epochs: [epoch(2, { loss: 1 })] }) }])
    expect(same[0]?.cells).toEqual([
      { text: expect.stringContaining('50'), best: false },
      { text: expect.stringContaining('50'), best: false },
      { text: '–', best: false },
    ])
  })
})
