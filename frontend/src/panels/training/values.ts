/** Changes that forms make to losses, optimizers, metrics and other objects of the training settings. */
import type { Entry, ObjectSpec } from '../../contract'

/** Return the object with one parameter changed; undefined is the default, and is left out. */
export function withParam(spec: ObjectSpec, name: string, value: unknown): ObjectSpec {
  const { [name]: _, ...params } = spec.params
  return { class: spec.class, params: value === undefined ? params : { ...params, [name]: value } }
}

/** Return a new object of this class, with the parameters of `before` that it has too. */
export function changedClass(entry: Entry, before: ObjectSpec | null): ObjectSpec {
  const known = new Set(entry.params.map((param) => param.name))
  const shared = Object.entries(before?.params ?? {}).filter(([name]) => known.has(name))
  return { class: entry.name, params: Object.fromEntries(shared) }
}

/** Better defaults: Keras stops at the first epoch that is no better, which is mostly noise, and
 * keeps the latest model, which every run keeps anyway. */
const STARTING: Record<string, ObjectSpec['params']> = {
  EarlyStopping: { patience: 5, restore_best_weights: true },
  ModelCheckpoint: { save_best_only: true },
}

/** Return a new object with its starting parameters. */
export function startingObject(name: string): ObjectSpec {
  return { class: name, params: STARTING[name] ?? {} }
}

const SCHEDULES: Record<string, (rate: number) => Record<string, unknown>> = {
  CosineDecay: () => ({ decay_steps: 1000 }),
  CosineDecayRestarts: () => ({ first_decay_steps: 1000 }),
  ExponentialDecay: () => ({ decay_steps: 1000, decay_rate: 0.9 }),
  InverseTimeDecay: () => ({ decay_steps: 1000, decay_rate: 0.5 }),
  PolynomialDecay: () => ({ decay_steps: 1000 }),
  PiecewiseConstantDecay: (rate) => ({ boundaries: [500], values: [rate, rate / 10] }),
}

/** Return a schedule with all required parameters, beginning at `rate`. */
export function startingSchedule(chosen: ObjectSpec, rate: number): ObjectSpec {
  const begins = chosen.class === 'PiecewiseConstantDecay' ? {} : { initial_learning_rate: rate }
  const params = { ...begins, ...SCHEDULES[chosen.class]?.(rate), ...chosen.params }
  return { class: chosen.class, params }
}
