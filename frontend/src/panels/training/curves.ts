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

/** Return the curves of `key`, up to the batch that the run is at. */
export function curves(view: RunView, key: string): Curves {
  const drawn: Curves = {
    x: view.epochs.map(({ epoch }) => epoch),
    training: column(view.epochs, key),
    validation: column(view.epochs, `val_${key}`),
    end: Math.max(1, end(view)),
  }
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
