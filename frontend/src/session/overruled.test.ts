import { expect, it } from 'vitest'
import type { Operation } from '../contract'
import { emptyDocument } from '../document/model'
import { applyAll } from '../document/operations'
import { Overruled } from './overruled'

const epochs = (value: number): Operation => ({ type: 'set', path: ['training', 'epochs'], value })
const after = (...operations: Operation[]) => applyAll(emptyDocument(), operations).document

it('finds a value that another has set right after', () => {
  const overruled = new Overruled()
  overruled.record([epochs(5)], 0)
  expect(overruled.losses([epochs(7)], after(epochs(7)), 100)).toEqual([
    { path: ['training', 'epochs'], mine: 5, theirs: 7 },
  ])
  expect(overruled.losses([epochs(8)], after(epochs(8)), 200)).toEqual([]) // said once
})

it('finds nothing where the own value stays, is the same, or is long ago', () => {
  const overruled = new Overruled()
  overruled.record([epochs(5)], 0)
  expect(overruled.losses([epochs(7)], after(epochs(5)), 100)).toEqual([])
  expect(overruled.losses([epochs(5)], after(epochs(5)), 100)).toEqual([])
  expect(overruled.losses([epochs(7)], after(epochs(7)), 60_000)).toEqual([])
})
