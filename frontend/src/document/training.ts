/** The operations that the settings of a training make. */
import type { ObjectSpec, Operation, OutputTraining, Target, Training } from '../contract'

/** Set one property of the training. */
export function set<Key extends keyof Training>(key: Key, value: Training[Key]): Operation {
  return { type: 'set', path: ['training', key], value }
}

/** Set one property of the target: where the model trains. */
export function aim<Key extends keyof Target>(key: Key, value: Target[Key]): Operation {
  return { type: 'set', path: ['target', key], value }
}

/** Choose another data set; columns bound by hand belong to the old one and are let go. */
export function chooseData(training: Training, data: string): Operation[] {
  const operations = [set('data', data)]
  if (training.bindings.length > 0) operations.push(set('bindings', []))
  return operations
}

/** Bind a node to a column, or, with null, to the one the data set has for it. */
export function bind(training: Training, node: string, column: string | null): Operation {
  const rest = training.bindings.filter((one) => one.node !== node)
  return set('bindings', column === null ? rest : [...rest, { node, column }])
}

/** Return the training of one output, as the document has it or by default. */
export function outputTraining(training: Training, node: string): OutputTraining {
  const given = training.outputs.find((one) => one.node === node)
  return given ?? { node, loss: null, weight: 1, metrics: null }
}

/** Change the training of one output; what says no more than the defaults is left out. */
export function setOutput(training: Training, changed: OutputTraining): Operation {
  const rest = training.outputs.filter((one) => one.node !== changed.node)
  const plain = changed.loss === null && changed.weight === 1 && changed.metrics === null
  return set('outputs', plain ? rest : [...rest, changed])
}

/** Replace one member of a list of objects, or, with null, take it out. */
export function replaced(list: readonly ObjectSpec[], at: number, by: ObjectSpec | null) {
  return by === null ? list.toSpliced(at, 1) : list.with(at, by)
}
