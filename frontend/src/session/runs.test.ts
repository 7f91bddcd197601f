import { expect, it } from 'vitest'
import type { RunOut } from '../contract'
import { activeRun, newestRun } from './runs.svelte'

it('finds the newest run, and the one under way', () => {
  const runs = [
    { number: 1, outcome: null },
    { number: 3, outcome: 'finished' },
    { number: 2, outcome: null },
  ] as unknown as RunOut[]
  expect([newestRun(runs)?.number, activeRun(runs)?.number]).toEqual([3, 2])
  expect([newestRun([]), activeRun([])]).toEqual([null, null])
})
