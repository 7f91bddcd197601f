import { expect, it } from 'vitest'
import type { RunOut } from '../../contract'
import { ChosenRun } from './chosen.svelte'

const run = (number: number) => ({ id: `r${number}`, number, outcome: null }) as RunOut

it('shows the newest run until another is chosen, and again once a newer run starts', () => {
  let runs: RunOut[] = []
  const seen: (string | null)[] = []
  const chosen = new ChosenRun(() => runs)
  const look = () => seen.push(chosen.run?.id ?? null)
  look()
  runs = [run(2), run(1)]
  look()
  chosen.choose('r1')
  look()
  runs = [run(3), run(2), run(1)]
  look()
  expect(seen).toEqual([null, 'r2', 'r1', 'r3'])
})

it('shows the newest once the chosen one is deleted', () => {
  let runs = [run(2), run(1)]
  const chosen = new ChosenRun(() => runs)
  chosen.choose('r1')
  runs = [run(2)]
  expect(chosen.run?.id).toBe('r2')
})
