/** From a run's epochs to the arrays that a chart draws. */
import type { EpochEvent } from '../../contract'
import type { RunView } from '../../session/runview'
import { isFraction } from '../../words/format'

export interface Curves {
  x: number[]
  /** Values at `x`; null where nothing was measured. */
  training: (number | null)[]
  validation: (number | null)[]
  /** The end of the horizontal axis: fixed during a run. */
  end: number
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}

function column(epochs: readonly EpochEvent[], key: string): (number | null)[] {
  return epochs.map(({ metrics }) => finite(metrics[key]))
}

/**
 * Return the curves of `key` from the readings inside the epochs: means since the epoch began.
 *
 * The validation rows are evaluated only at the end of each epoch.
 */
export function readings(view: RunView, key: string): Curves {
  const x: number[] = []
  const training: (number | null)[] = []
  const validation: (number | null)[] = []
  const steps = Math.max(1, view.started?.steps ?? 1)
  for (const event of view.epochs) {
    for (const { step, metrics } of event.readings) {
      if (step >= steps) continue
      x.push(event.epoch - 1 + step / steps)
      training.push(finite(metrics[key]))
      validation.push(null)
    }
    x.push(event.epoch)
    training.push(finite(event.metrics[key]))
    validation.push(finite(event.metrics[`val_${key}`]))
  }
  return withBatch(view, key, { x, training, validation, end: Math.max(1, end(view)) })
}

/** Return what else is known of each epoch. */
export function circumstances(
  view: RunView,
): Record<'rate' | 'speed' | 'memory', (number | null)[]> {
  const steps = view.started?.steps ?? 0
  return {
    rate: view.epochs.map(({ learning_rate }) => learning_rate),
    speed: view.epochs.map(({ seconds, complete }, at) => {
      const took = seconds - (view.epochs[at - 1]?.seconds ?? 0)
      return complete && took > 0 && steps > 0 ? steps / took : null
    }),
    memory: view.epochs.map(({ memory }) => memory && memory / 1e6),
  }
}

/** Return the curves of `key`, up to the batch that the run is at. */
export function curves(view: RunView, key: string): Curves {
  const drawn: Curves = {
    x: view.epochs.map(({ epoch }) => epoch),
    training: column(view.epochs, key),
    validation: column(view.epochs, `val_${key}`),
    end: Math.max(1, end(view)),
  }
  return withBatch(view, key, drawn)
}

function withBatch(view: RunView, key: string, drawn: Curves): Curves {
  const { batch, ended } = view
  if (batch && !ended && batch.epoch > (view.epochs.at(-1)?.epoch ?? 0)) {
    drawn.x.push(batch.epoch - 1 + batch.step / Math.max(1, batch.steps))
    drawn.training.push(finite(batch.metrics[key]))
    drawn.validation.push(null)
  }
  return drawn
}

/** The number of requested epochs during the run; of completed epochs once it has ended. */
function end(view: RunView): number {
  const completed = view.epochs.at(-1)?.epoch ?? 0
  return view.ended && completed > 0 ? completed : Math.max(completed, view.started?.epochs ?? 0)
}

/** Return the range of the vertical axis for these values. */
export function range(key: string, low: number | null, high: number | null): [number, number] {
  if (isFraction(key) && (low ?? 0) >= 0 && (high ?? 1) <= 1) return [0, 1]
  const bottom = Math.min(0, low ?? 0)
  const top = Math.max(high ?? 1, bottom)
  return [bottom, top === bottom ? bottom + 1 : top + (top - bottom) * 0.05]
}
