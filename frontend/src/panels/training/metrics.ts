/** The most telling metric of a run, and its best epoch. */
import type { EpochEvent } from '../../contract'
import { higherIsBetter, isFraction } from '../../words/format'

/** Return the metrics of a run without their validation counterparts, the loss first. */
export function metricKeys(metrics: Readonly<Record<string, number>>): string[] {
  const keys = Object.keys(metrics).filter((key) => !key.startsWith('val_'))
  return keys.sort((a, b) => Number(b === 'loss') - Number(a === 'loss'))
}

/** Return the metric that tells most about a run: a fraction, else any metric, else the loss. */
export function mainMetric(keys: readonly string[]): string {
  const telling = keys.filter((key) => key !== 'loss' && !key.endsWith('_loss'))
  return telling.find(isFraction) ?? telling[0] ?? 'loss'
}

export interface Best {
  key: string
  value: number
  epoch: number
}

/**
 * Return the best value of `key` over all epochs; of the validation rows where there are any.
 *
 * An epoch that was stopped inside saw fewer rows, so it counts only if there is no other.
 */
export function best(all: readonly EpochEvent[], key: string): Best | null {
  const whole = all.filter(({ complete }) => complete)
  const epochs = whole.length > 0 ? whole : all
  const validation = `val_${key}`
  const name = epochs.some(({ metrics }) => validation in metrics) ? validation : key
  const better = higherIsBetter(key) ? 1 : -1
  let top: Best | null = null
  for (const { epoch, metrics } of epochs) {
    const value = metrics[name]
    if (value === undefined || !Number.isFinite(value)) continue
    if (!top || (value - top.value) * better > 0) top = { key: name, value, epoch }
  }
  return top
}

/** Return the latest value of `key`, on the validation rows where there are any. */
export function latest(epoch: EpochEvent, key: string): Omit<Best, 'epoch'> | null {
  for (const name of [`val_${key}`, key]) {
    const value = epoch.metrics[name]
    if (value !== undefined) return { key: name, value }
  }
  return null
}
