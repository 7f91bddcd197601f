/** Steps of the preparation that remedy what notes on a file say. */
import type { Description, Fill, LeaveOutMissing, LeaveOutRepeats, Problem } from '../../contract'
import { cares, type Step } from '../../document/preparation'
import { t } from '../../words/t'

export interface Remedy {
  label: string
  step: LeaveOutRepeats | LeaveOutMissing | Fill
}

/** Return the steps that a note on a file asks for, unless the document has one already. */
export function remedies(
  { code, arguments: named }: Problem,
  { columns }: Description,
  steps: readonly Step[],
): Remedy[] {
  if (code === 'rows_repeat') {
    const taken = steps.some(({ type }) => type === 'leave_out_repeats')
    return taken ? [] : [{ label: t('preparation.repeats'), step: { type: 'leave_out_repeats' } }]
  }
  const column = columns.find(({ name, role }) => name === named.column && role !== 'other')
  if (!column || !GAPS.includes(code) || cares(steps, column.name)) return []
  const names = [column.name]
  const leaveOut: Remedy = {
    label: t('preparation.leaveOut'),
    step: { type: 'leave_out_missing', columns: names },
  }
  if (column.role === 'target' || code === 'column_has_missing_class') return [leaveOut]
  return [
    {
      label: t('preparation.median_of'),
      step: { type: 'fill', columns: names, by: 'median', value: null },
    },
    leaveOut,
  ]
}

/** Whether a note is about values that a step of the preparation fills or leaves out. */
export function isRemedied({ code, arguments: named }: Problem, steps: readonly Step[]): boolean {
  if (code === 'rows_repeat') return steps.some(({ type }) => type === 'leave_out_repeats')
  return GAPS.includes(code) && cares(steps, String(named.column))
}

const GAPS = ['column_has_gaps', 'column_has_strays', 'column_has_missing_class']
