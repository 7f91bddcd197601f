/** A run in words: its phase, its outcome, its progress. */
import { BACKEND_TITLES, type LogEvent, type RunOut, type WaitingOut } from '../../contract'
import { deviceName } from '../../document/devices'
import { progress } from '../../session/progress'
import type { Outcome, Phase, RunView } from '../../session/runview'
import { count, duration, fixed, left, metricName, metricValue } from '../../words/format'
import { t } from '../../words/t'
import type { Best } from './metrics'

/** Return a backend's name as its makers write it. */
export function backendName(id: string): string {
  return BACKEND_TITLES[id] ?? id
}

/** Return the present phase of a run. */
export function phaseWords(phase: Phase | null, backend: string): string {
  switch (phase) {
    case null:
    case 'queued':
      return t('run.queued')
    case 'starting':
      return t('run.starting', { backend: backendName(backend) })
    case 'loading data':
      return t('run.loading')
    case 'building':
      return t('run.building')
    case 'compiling':
      return t('run.compiling', { backend: backendName(backend) })
    case 'training':
      return t('run.training')
    case 'paused':
      return t('run.paused')
    case 'evaluating':
      return t('run.evaluating')
    case 'saving':
      return t('run.saving')
  }
}

/** Return how a run ended, after `epochs` of the `requested` epochs. */
export function outcomeWords(outcome: Outcome, epochs = 0, requested = epochs): string {
  switch (outcome) {
    case 'finished':
      if (epochs === 0) return t('run.finished')
      return t(epochs < requested ? 'run.finishedEarly' : 'run.finishedAfter', { count: epochs })
    case 'stopped':
      return epochs === 0 ? t('run.stopped') : t('run.stoppedAfter', { count: epochs })
    case 'diverged':
      return epochs === 0 ? t('run.diverged') : t('run.divergedAfter', { count: epochs })
    case 'user error':
      return t('run.failed')
    case 'over memory':
      return t('run.overMemory')
    case 'killed':
      return t('run.killed')
    case 'timed out':
      return t('run.timedOut')
    case 'lost':
      return t('run.lost')
  }
}

/** Return where a run is in the queue, and when it is expected to start. */
export function waitingWords(waits: WaitingOut, now = Date.now()): string {
  const { position, waiting } = waits
  return `${t('training.position', { position, waiting })} · ${startWords(waits, now)}`
}

/** Return when a run in the queue is expected to start. */
export function startWords({ start, alone }: WaitingOut, now = Date.now()): string {
  if (start === null) return t(alone ? 'training.startsAlone' : 'training.startUnknown')
  const seconds = Math.max(1, Math.round((Date.parse(start) - now) / 1000))
  return t('training.startsIn', { time: duration(seconds) })
}

/** Return the level of a line in the log of a run. */
export function logLevelWords(level: LogEvent['level']): string {
  switch (level) {
    case 'info':
      return t('training.info')
    case 'warning':
      return t('training.warning')
    case 'error':
      return t('training.error')
  }
}

/** Whether the model of a run that ended so can be used. */
export function wentWell(outcome: Outcome): boolean {
  return outcome === 'finished' || outcome === 'stopped'
}

/** Return "Run 7 · JAX · CPU". */
export function runTitle({ number, backend, device }: RunTitle): string {
  return t('run.title', { number, backend: backendName(backend), device: deviceName(device) })
}

type RunTitle = Pick<RunOut, 'number' | 'backend' | 'device'>

/** Return the name of the latest metric, and how its value compares with the best one. */
export function comparisonWords(
  latest: Omit<Best, 'epoch'>,
  top: Best | null,
  epoch: number,
  ended: boolean,
): string {
  const metric = metricName(latest.key)
  if (!top || epoch === 1) return metric
  if (top.epoch === epoch) return t(ended ? 'run.best' : 'run.bestSoFar', { metric })
  if (top.value === latest.value) return t('run.firstReached', { metric, epoch: top.epoch })
  return t('run.bestAt', { metric, value: metricValue(top.key, top.value), epoch: top.epoch })
}

/** Return "epoch 13 of 20 · 9,120 steps/s · 4 s left", as far as it is known. */
export function progressWords(view: RunView): string {
  const now = progress(view)
  if (!now || !view.started) return ''
  const words = [t('run.epochOf', { epoch: now.epoch, epochs: view.started.epochs })]
  if (now.rate) words.push(speed(now.rate))
  if (now.left !== null) words.push(left(now.left))
  return words.join(' · ')
}

/** Return "9,120 steps/s". */
export function speed(perSecond: number): string {
  if (perSecond >= 10) return t('run.stepsPerSecond', { number: count(Math.round(perSecond)) })
  if (perSecond >= 1) return t('run.stepsPerSecond', { number: fixed(perSecond, 1) })
  return t('run.secondsPerStep', { number: fixed(1 / perSecond, 1) })
}
