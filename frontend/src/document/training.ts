/** The operations of the training settings. */
import type {
  Binding,
  Column,
  DataSet,
  Division,
  ObjectSpec,
  Operation,
  OutputTraining,
  Target,
  Training,
  Verdict,
} from '../contract'

/** Set one property of the training. */
export function set<Key extends keyof Training>(key: Key, value: Training[Key]): Operation {
  return { type: 'set', path: ['training', key], value }
}

/** Set one property of the target: where the model trains. */
export function aim<Key extends keyof Target>(key: Key, value: Target[Key]): Operation {
  return { type: 'set', path: ['target', key], value }
}

/**
 * Choose another data set, as `use_data` of the engine does.
 *
 * Bindings to columns that it lacks, steps of the preparation that name one, and a division by one
 * go. Rows that are divided at random are divided as the data set says, if it does. Nothing is
 * known of the columns of a data set that is not given.
 */
export function chooseData(training: Training, name: string, data?: DataSet): Operation[] {
  const known = new Set(data?.columns.map((column) => column.name))
  const operations = [set('data', name)]
  const bindings = training.bindings.filter(({ column }) => known.has(column))
  if (bindings.length < training.bindings.length) operations.push(set('bindings', bindings))
  const steps = training.preparation.filter((step) => namesIn(step).every((it) => known.has(it)))
  if (steps.length < training.preparation.length) operations.push(set('preparation', steps))
  const { column } = training.division
  const kept = column && !known.has(column) ? RANDOM : training.division
  const division = kept.by === 'random' ? (data?.division ?? RANDOM) : kept
  if (division.by !== training.division.by || division.column !== column)
    operations.push(set('division', division))
  return operations
}

const RANDOM: Division = { by: 'random', column: '' }

/** The columns that a step of the preparation names. */
function namesIn(step: Training['preparation'][number]): readonly string[] {
  if (step.type === 'leave_out_repeats') return []
  if (step.type === 'leave_out_outside') return step.column ? [step.column] : []
  return step.columns
}

/** Return whether the values of a column can decide how the rows are divided. */
export function canDivide({ shape, dtype, classes }: Column, by: Division['by']): boolean {
  const hasClasses = classes.length > 0
  if (shape.some((length) => length !== 1)) return false
  if (by === 'time') return !hasClasses && dtype !== 'string'
  return by === 'group' || hasClasses
}

/** Divide the rows in another way; by the only column that can decide, if there is one. */
export function divideBy(by: Division['by'], columns: readonly Column[]): Operation {
  const able = by === 'random' || by === 'stratified' ? [] : columns.filter((c) => canDivide(c, by))
  return set('division', { by, column: able.length === 1 ? (able[0]?.name ?? '') : '' })
}

/** Return what a document calls a data set: the hash of its rows, or the id of one that all have. */
export function nameOf({ id, hash }: DataSet): string {
  return hash ?? id
}

/** A column that a node is bound to, and how its classes are encoded. */
export type BoundColumn = Omit<Binding, 'node'>

/** Bind a node to columns side by side, or, without any, to those the data set has for it. */
export function bind(training: Training, node: string, columns: readonly BoundColumn[]): Operation {
  const rest = training.bindings.filter((binding) => binding.node !== node)
  return set('bindings', [
    ...rest,
    ...columns.map(({ column, encoding }) => ({ node, column, encoding })),
  ])
}

/** Return whether a column can lie beside others: numbers, rows of numbers, and classes can. */
export function canBeJoined({ dtype, shape }: Column): boolean {
  return dtype !== 'string' && shape.length <= 1
}

/** Return the training settings of an output, from the document or by default. */
export function outputTraining(training: Training, node: string): OutputTraining {
  const output = training.outputs.find((output) => output.node === node)
  return output ?? { node, loss: null, weight: 1, metrics: null, class_weights: null }
}

/** What a run trains an output with where the document sets nothing, as the engine says. */
export interface Automatic {
  loss: ObjectSpec | null
  metrics: readonly ObjectSpec[]
}

const NOTHING: Automatic = { loss: null, metrics: [] }

/** Return the loss and the metrics of an output that nobody has chosen, from the verdict. */
export function automatic(training: Training, verdict: Verdict | null, node?: string): Automatic {
  const chosen = verdict?.chosen[node ?? '']
  if (!chosen || node === undefined) return NOTHING
  const own = outputTraining(training, node)
  return {
    loss: own.loss === null && training.loss === null ? chosen.loss : null,
    metrics: own.metrics === null && training.metrics.length === 0 ? chosen.metrics : [],
  }
}

/** Change the training of one output; settings equal to the defaults are left out. */
export function setOutput(training: Training, changed: OutputTraining): Operation {
  const rest = training.outputs.filter(({ node }) => node !== changed.node)
  const { loss, weight, metrics, class_weights } = changed
  const plain = loss === null && weight === 1 && metrics === null && class_weights === null
  return set('outputs', plain ? rest : [...rest, changed])
}

/** Return the weight of each class: that of the settings, else 1. */
export function weightsOf(weights: OutputTraining['class_weights'], classes: number): number[] {
  const own = Array.isArray(weights) ? weights : []
  return Array.from({ length: classes }, (_, number) => own[number] ?? 1)
}

/** Replace one member of a list of objects, or, with null, remove it. */
export function replaced(list: readonly ObjectSpec[], at: number, by: ObjectSpec | null) {
  return by === null ? list.toSpliced(at, 1) : list.with(at, by)
}
