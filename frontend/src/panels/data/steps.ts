/** What is said of the steps that prepare rows, and of what reading and feeding do besides. */
import type {
  Column,
  ColumnEffect,
  ColumnProfile,
  DataSet,
  Description,
  Document,
  Effect,
  Entry,
  Fill,
  Verdict,
} from '../../contract'
import { cares, holdsNumber, holdsNumbers, type Step } from '../../document/preparation'
import { titleInModel } from '../../document/submodels'
import { count, exact } from '../../words/format'
import { t } from '../../words/t'
import { day } from './describing'

export const STEPS = [
  'leave_out_repeats',
  'leave_out_missing',
  'leave_out_outside',
  'fill',
] as const
export const FILLINGS = ['median', 'mean', 'most_frequent', 'constant'] as const

const MAIN = 'main'

/** Return a new step, about the columns that lack values where it is about such. */
export function newStep(
  type: Step['type'],
  data: DataSet,
  profiles: readonly ColumnProfile[],
): Step {
  const lacking = data.columns.filter(({ name, role }) => role !== 'other' && lacks(name, profiles))
  switch (type) {
    case 'leave_out_repeats':
      return { type }
    case 'leave_out_missing':
      return { type, columns: [] }
    case 'leave_out_outside': {
      const column = data.columns.find((one) => one.role === 'input' && holdsNumber(one))
      const profile = profiles.find(({ name }) => name === column?.name)
      const [minimum, maximum] = [profile?.minimum ?? null, profile?.maximum ?? null]
      return { type, column: column?.name ?? '', minimum, maximum }
    }
    case 'fill': {
      const inputs = lacking.filter(({ role }) => role === 'input')
      const numbers = inputs.filter(holdsNumbers)
      const chosen = numbers.length > 0 ? numbers : inputs
      const by = numbers.length > 0 || inputs.length === 0 ? 'median' : 'most_frequent'
      return { type, columns: chosen.map(({ name }) => name), by, value: null }
    }
  }
}

function lacks(column: string, profiles: readonly ColumnProfile[]): boolean {
  return profiles.some(({ name, missing }) => name === column && missing > 0)
}

/** Return what a step does, in figures that the check has measured; a line for each column. */
export function effectLines(
  step: Step,
  effect: Effect | undefined,
  profiles: readonly ColumnProfile[],
): string[] {
  if (!effect) return [t('preparation.later')]
  const rows = count(effect.rows)
  if (step.type === 'fill')
    return effect.filled.map((filled) => filling(step, filled, rows, profiles))
  if (effect.left_out === 0) return [t('preparation.leavesOutNone', { rows })]
  return [t('preparation.leavesOut', { count: effect.left_out, rows })]
}

function filling(
  step: Fill,
  { column, missing, value }: ColumnEffect,
  rows: string,
  profiles: readonly ColumnProfile[],
): string {
  if (missing === 0) return t('preparation.fillsNone', { column, rows })
  const isDate = profiles.some(({ name, type }) => name === column && type === 'date')
  const named = { count: missing, rows, column, value: written(value, isDate) }
  switch (step.by) {
    case 'median':
      return t('preparation.fillsMedian', named)
    case 'mean':
      return t('preparation.fillsMean', named)
    case 'most_frequent':
      return t('preparation.fillsMostFrequent', named)
    case 'constant':
      return t('preparation.fillsConstant', named)
  }
}

function written(value: ColumnEffect['value'], isDate: boolean): string {
  if (value === null) return t('preparation.severalValues')
  if (typeof value === 'string') return t('common.quoted', { text: value })
  return isDate ? day(value) : exact(Number(value.toPrecision(6)))
}

/** Return what the columns of a data set that comes with Layerloom hold, and how it was stored. */
export function storedLines({ columns }: DataSet): string[] {
  const used = columns.filter(({ role }) => role !== 'other')
  const classes = used.filter((column) => column.classes.length > 0).map(({ name }) => name)
  return [
    ...(classes.length > 0 ? [t('preparation.numbered', { columns: listed(classes) })] : []),
    ...used
      .filter(({ help }) => help)
      .map(({ name, help }) => t('preparation.columnHolds', { column: name, content: help })),
  ]
}

/** Return what reading a file did to its columns, but for gaps that a step cares for. */
export function readingLines(description: Description, steps: readonly Step[]): string[] {
  const { columns, options, family } = description
  const used = columns.filter(({ role }) => role !== 'other')
  const named = (type: ColumnProfile['type']) => {
    return used.filter((column) => column.type === type).map(({ name }) => name)
  }
  const lines: string[] = []
  const [height, width] = options.size ?? []
  if (family === 'images' && height !== undefined && width !== undefined) {
    const size = { height, width }
    lines.push(t(options.colour ? 'preparation.resized' : 'preparation.resizedGrey', size))
  }
  const [categories, dates] = [named('category'), named('date')]
  if (categories.length > 0) lines.push(t('preparation.numbered', { columns: listed(categories) }))
  if (dates.length > 0) lines.push(t('preparation.dated', { columns: listed(dates) }))
  for (const { name, type, missing } of used) {
    if (missing === 0 || cares(steps, name)) continue
    const values = { count: missing, column: name }
    lines.push(t(type === 'category' ? 'preparation.emptyClass' : 'preparation.empty', values))
  }
  return lines
}

const SHOWN = 6

function listed(names: readonly string[]): string {
  return names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ', …' : '')
}

/** Return how columns are fed to the model, where that is not as they are stored. */
export function feedingLines(document: Document, verdict: Verdict): string[] {
  const lines: string[] = []
  const { bindings } = document.training
  for (const node of [...verdict.inputs, ...verdict.outputs]) {
    const columns = verdict.bound[node] ?? []
    const name = titleInModel(document, node)
    if (columns.length > 1) lines.push(t('preparation.joined', { columns: listed(columns), name }))
    for (const { column, encoding } of bindings.filter((binding) => binding.node === node)) {
      if (encoding !== 'one_hot') continue
      const isInput = verdict.inputs.includes(node)
      lines.push(t(isInput ? 'preparation.encoded' : 'preparation.compared', { column, name }))
    }
  }
  return lines
}

/** Return the nodes of the model that scale, encode, resize or vary values. */
export function preparingLayers(
  document: Document,
  entry: (layer: string) => Entry | undefined,
): { id: string; title: string; layer: string }[] {
  const main = document.graphs.find(({ id }) => id === MAIN)
  const nodes = main?.nodes.filter(({ layer }) =>
    / preprocessing$/.test(entry(layer)?.category ?? ''),
  )
  return (nodes ?? []).map(({ id, layer }) => ({ id, layer, title: titleInModel(document, id) }))
}

/** Return the columns of a data set that a step can be about. */
export function ableColumns(step: Step, columns: readonly Column[]): readonly Column[] {
  if (step.type === 'leave_out_outside') return columns.filter(holdsNumber)
  if (step.type !== 'fill') return columns
  const needsNumbers = step.by === 'median' || step.by === 'mean'
  return columns.filter((one) => canLack(one) && (!needsNumbers || holdsNumbers(one)))
}

function canLack({ classes, dtype }: Column): boolean {
  return classes.length > 0 || dtype === 'string' || dtype.startsWith('float')
}
