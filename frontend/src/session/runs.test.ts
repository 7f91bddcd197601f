import { expect, it } from 'vitest'
import type { RunOut } from '../contract'
import { RunLog } from './runlog.svelte'
import { activeRun, mainRun, newestRun, Runs } from './runs.svelte'
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

it('shows the run in progress while others wait, and is not busy with paused ones', () => {
  const run = (number: number, phase: string) => ({ number, phase, outcome: null }) as RunOut
  const paused = run(1, 'paused')
  const training = run(2, 'training')
  const [next, last] = [run(3, 'queued'), run(4, 'queued')]
  expect(activeRun([paused, training, next, last])).toBe(training)
  expect(mainRun([paused, training, next, last])).toBe(training)
  const stopped = { number: 5, outcome: 'stopped', started: null } as RunOut
  expect(mainRun([training, stopped])).toBe(training)
  expect(mainRun([stopped])).toBe(stopped)
  expect(activeRun([paused, last, next])).toBe(next)
  expect(mainRun([paused, training])).toBe(training)
  const runs = new Runs(() => undefined)
  runs.list = [paused]
  expect([runs.active, runs.busy]).toEqual([paused, false])
  runs.list = [paused, next]
  expect([runs.active, runs.busy]).toEqual([next, true])
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
