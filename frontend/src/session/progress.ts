/** How far a run has come. */
import type { RunView } from './runview'

export interface Progress {
  epoch: number
  /** Steps taken since training began. */
  steps: number
  seconds: number
  /** Steps per second lately. */
  rate: number | null
  left: number | null
}

/** Return the latest epoch or batch of a run, or null before its first. */
export function progress(view: RunView): Progress | null {
  const epoch = view.epochs.at(-1)
  const perEpoch = view.started?.steps ?? 0
  if (view.batch && (!epoch || view.batch.epoch > epoch.epoch)) {
    const { epoch: number, step, steps, seconds, rate, left } = view.batch
    return { epoch: number, steps: (number - 1) * steps + step, seconds, rate, left }
  }
  if (!epoch) return null
  return {
    epoch: epoch.epoch,
    steps: epoch.epoch * perEpoch,
    seconds: epoch.seconds,
    rate: epoch.rate,
    left: epoch.left,
  }
}

/** Return how much of a run's training is done, from 0 to 1. */
export function fraction(view: RunView): number {
  if (view.ended) return 1
  const now = progress(view)
  if (!now || !view.started) return 0
  return Math.min(1, now.steps / Math.max(1, view.started.steps * view.started.epochs))
}
