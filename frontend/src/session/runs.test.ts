import { expect, it } from 'vitest'
import type { RunOut } from '../contract'
import { RunLog } from './runlog.svelte'
import { activeRun, newestRun } from './runs.svelte'
import { epoch } from './sample'

it('finds the newest run, and the one under way', () => {
  const runs = [
    { number: 1, outcome: null },
    { number: 3, outcome: 'finished' },
    { number: 2, outcome: null },
  ] as unknown as RunOut[]
  expect([newestRun(runs)?.number, activeRun(runs)?.number]).toEqual([3, 2])
  expect([newestRun([]), activeRun([])]).toEqual([null, null])
})

it('takes an epoch that a resumed run tells again in place of the first', () => {
  const log = new RunLog('r')
  for (const [at, number] of [1, 2, 3, 2, 3, 4].entries())
    log.receive({
      run: 'r',
      generation: 1,
      seq: at + 1,
      created: '',
      event: epoch(number, { loss: at }),
    })
  log.flush()
  expect(log.epochs.map((event) => [event.epoch, event.metrics.loss])).toEqual([
    [1, 0],
    [2, 3],
    [3, 4],
    [4, 5],
  ])
})
