/** The steps that prepare the rows of a data set: the operations of the list, and its order. */
import type {
  Column,
  Fill,
  LeaveOutMissing,
  LeaveOutOutside,
  LeaveOutRepeats,
  Operation,
} from '../contract'
import { set } from './training'

export type Step = LeaveOutRepeats | LeaveOutMissing | LeaveOutOutside | Fill

/** A step, and its place in the document's list. */
export interface Placed {
  step: Step
  place: number
}

/** Replace the list of steps. */
export function prepare(steps: readonly Step[]): Operation {
  return set('preparation', [...steps])
}

/** Return the steps that leave out rows, and those that fill: the former are taken first. */
export function stages(steps: readonly Step[]): { leavingOut: Placed[]; filling: Placed[] } {
  const placed = steps.map((step, place) => ({ step, place }))
  return {
    leavingOut: placed.filter(({ step }) => step.type !== 'fill'),
    filling: placed.filter(({ step }) => step.type === 'fill'),
  }
}

/** Add a step behind those that are taken with it. */
export function added(steps: readonly Step[], step: Step): Step[] {
  if (step.type === 'fill') return [...steps, step]
  const before = steps.findIndex(({ type }) => type === 'fill')
  return before < 0 ? [...steps, step] : steps.toSpliced(before, 0, step)
}

/** Add a step, or its columns to a step that does the same with others. */
export function merged(steps: readonly Step[], step: Fill | LeaveOutMissing): Step[] {
  const place = steps.findIndex(
    (other) =>
      other.type === step.type &&
      other.columns.length > 0 &&
      (other.type !== 'fill' ||
        (step.type === 'fill' && other.by === step.by && other.value === step.value)),
  )
  const other = steps[place]
  if (other?.type !== 'fill' && other?.type !== 'leave_out_missing') return added(steps, step)
  const columns = [...new Set([...other.columns, ...step.columns])]
  return steps.with(place, { ...other, columns })
}

/** Return the steps that somebody has taken, and those of a proposal for columns without one. */
export function completed(taken: readonly Step[], proposed: readonly Step[]): readonly Step[] {
  return proposed.reduce<readonly Step[]>((steps, step) => {
    if (step.type !== 'fill' && step.type !== 'leave_out_missing') return added(steps, step)
    const columns = step.columns.filter((column) => !cares(taken, column))
    return columns.length > 0 ? merged(steps, { ...step, columns }) : steps
  }, taken)
}

/** Return whether a step leaves out the rows that lack a value of a column, or fills them. */
export function cares(steps: readonly Step[], column: string): boolean {
  return steps.some(
    (step) =>
      'columns' in step &&
      (step.columns.includes(column) ||
        (step.type === 'leave_out_missing' && step.columns.length === 0)),
  )
}

/** Swap a step with the one before or behind it that is taken at the same time. */
export function moved(steps: readonly Step[], place: number, by: -1 | 1): readonly Step[] {
  const { leavingOut, filling } = stages(steps)
  const stage = steps[place]?.type === 'fill' ? filling : leavingOut
  const at = stage.findIndex((placed) => placed.place === place)
  const [one, other] = [stage[at], stage[at + by]]
  if (!one || !other) return steps
  return steps.with(one.place, other.step).with(other.place, one.step)
}

/** Return whether a column holds numbers, so that it has a median. */
export function holdsNumbers({ classes, dtype }: Column): boolean {
  return classes.length === 0 && dtype !== 'string'
}

/** Return whether a column holds one number in each row, so that rows lie in a range. */
export function holdsNumber(column: Column): boolean {
  return holdsNumbers(column) && column.shape.every((length) => length === 1)
}
