import { describe, expect, it } from 'vitest'
import type { Fill, LeaveOutMissing } from '../contract'
import { added, completed, merged, moved, type Step, stages } from './preparation'

const repeats: Step = { type: 'leave_out_repeats' }
const gaps = (...columns: string[]): LeaveOutMissing => ({ type: 'leave_out_missing', columns })
const fill = (by: Fill['by'], ...columns: string[]): Fill => {
  return { type: 'fill', columns, by, value: null }
}

describe('the steps of a preparation', () => {
  it('are taken in two stages', () => {
    const steps = [fill('mean', 'a'), repeats, gaps('b')]
    const { leavingOut, filling } = stages(steps)
    expect(leavingOut.map(({ place }) => place)).toEqual([1, 2])
    expect(filling.map(({ place }) => place)).toEqual([0])
  })

  it('are added behind those of their stage', () => {
    const steps = added(added([fill('mean', 'a')], repeats), gaps('b'))
    expect(steps).toEqual([repeats, gaps('b'), fill('mean', 'a')])
    expect(added(steps, fill('median', 'c'))).toEqual([...steps, fill('median', 'c')])
  })

  it('take up columns of steps that do the same', () => {
    const steps = [gaps('a'), fill('mean', 'b')]
    expect(merged(steps, gaps('a', 'c'))).toEqual([gaps('a', 'c'), fill('mean', 'b')])
    expect(merged(steps, fill('median', 'c'))).toEqual([...steps, fill('median', 'c')])
    expect(merged(steps, fill('mean', 'c'))).toEqual([gaps('a'), fill('mean', 'b', 'c')])
    expect(merged([gaps()], gaps('a'))).toEqual([gaps(), gaps('a')])
  })

  it('stay beside those of a proposal', () => {
    const proposed = [gaps('t'), fill('median', 'a', 'b')]
    expect(completed([], proposed)).toEqual(proposed)
    expect(completed([repeats, fill('mean', 'a')], proposed)).toEqual([
      repeats,
      gaps('t'),
      fill('mean', 'a'),
      fill('median', 'b'),
    ])
    expect(completed([gaps()], proposed)).toEqual([gaps()])
  })

  it('move past others of their stage only', () => {
    const steps = [repeats, fill('mean', 'a'), gaps('b'), fill('median', 'c')]
    expect(moved(steps, 2, -1)).toEqual([gaps('b'), steps[1], repeats, steps[3]])
    expect(moved(steps, 1, 1)).toEqual([repeats, steps[3], gaps('b'), steps[1]])
    expect(moved(steps, 0, -1)).toBe(steps)
    expect(moved(steps, 3, 1)).toBe(steps)
  })
})
