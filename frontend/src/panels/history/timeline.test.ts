import { expect, it } from 'vitest'
import type { HistoryOut, RunOut } from '../../contract'
import { entriesOf, keyOf, runBefore } from './timeline'

const AT = '2026-01-01T10:00:00Z'

const history: HistoryOut = {
  created: AT,
  revision: 9,
  first: 0,
  stretches: [
    { first: 6, last: 9, started: AT, ended: AT },
    { first: 1, last: 5, started: AT, ended: AT },
  ],
  versions: [{ revision: 5, name: 'Before', created: AT }],
}

function run(number: number, revision: number): RunOut {
  return { id: `r${number}`, number, revision, created: AT } as RunOut
}

it('lists edits, names and runs, the newest first', () => {
  const entries = entriesOf(history, [run(1, 5), run(2, 7)])
  expect(entries.map(keyOf)).toEqual([
    'edits 9',
    'run r2',
    'run r1',
    'version 5',
    'edits 5',
    'start 0',
  ])
})

it('leaves out what is older than the oldest revision', () => {
  const entries = entriesOf({ ...history, first: 6, stretches: history.stretches.slice(0, 1) }, [
    run(1, 5),
    run(2, 7),
  ])
  expect(entries.map(({ kind }) => kind)).toEqual(['edits', 'run'])
})

it('compares a run with the one before it', () => {
  const runs = [run(3, 8), run(1, 5), run(2, 7)]
  const entries = entriesOf(history, runs)
  expect(runBefore(entries, run(3, 8))?.number).toBe(2)
  expect(runBefore(entries, run(1, 5))).toBeNull()
})
