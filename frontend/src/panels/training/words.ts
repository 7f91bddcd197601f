/** A run in words: its phase, its outcome, how far it is. */
import { BACKEND_TITLES, type RunOut } from '../../contract'
import { progress } from '../../session/progress'
import type { Outcome, Phase, RunView } from '../../session/runview'
import { count, left, metricValue, plural } from '../../words/format'
import type { Best } from './metrics'

/** Return a backend's name as its makers write it. */
export function backendName(id: string): string {
  return BACKEND_TITLES[id] ?? id
}

/** Return a device's name: "CPU", "GPU 0". */
export function deviceName(id: string): string {
  return id.toUpperCase().replace(':', ' ')
}

/** Return what a run is doing. */
export function phaseWords(phase: Phase | null, backend: string): string {
  switch (phase) {
    case null:
    case 'queued':
      return 'Waiting for its turn'
    case 'starting':
      return `Starting ${backendName(backend)}`
    case 'loading data':
      return 'Loading the data'
    case 'building':
      return 'Building the model'
    case 'training':
      return 'Training'
    case 'evaluating':
      return 'Evaluating'
    case 'saving':
      return 'Saving the model'
  }
}

/** Return how a run ended, after `epochs` of the epochs that were `asked` for. */
export function outcomeWords(outcome: Outcome, epochs = 0, asked = epochs): string {
  const after = epochs > 0 ? ` after ${plural(epochs, 'epoch')}` : ''
  switch (outcome) {
    case 'finished':
      return `Finished${epochs < asked ? ' early' : ''}${after}`
    case 'stopped':
      return `Stopped${after}`
    case 'diverged':
      return `Diverged${after}`
    case 'user error':
      return 'Could not train'
    case 'over memory':
      return 'Ran out of memory'
    case 'killed':
      return 'Was killed'
    case 'timed out':
      return 'Took too long'
    case 'lost':
      return 'Was lost'
  }
}

/** Whether a run ended as one hopes: its model can be used. */
export function wentWell(outcome: Outcome): boolean {
  return outcome === 'finished' || outcome === 'stopped'
}

/** Return "Run 7 · JAX · CPU". */
export function runTitle(run: Pick<RunOut, 'number' | 'backend' | 'device'>): string {
  return `Run ${run.number} · ${backendName(run.backend)} · ${deviceName(run.device)}`
}

/** Return how the latest value compares with the best one, to be said after its name. */
export function bestWords(latest: number, top: Best | null, epoch: number, over: boolean): string {
  if (!top || epoch === 1) return ''
  if (top.value === latest && top.epoch < epoch) return `, first reached at epoch ${top.epoch}`
  if (top.epoch < epoch) return `, best ${metricValue(top.key, top.value)} at epoch ${top.epoch}`
  return over ? ', the best epoch' : ', the best so far'
}

/** Return "epoch 13 of 20 · 9,120 steps/s · 4 s left", as far as it is known. */
export function progressWords(view: RunView): string {
  const now = progress(view)
  if (!now || !view.started) return ''
  const words = [`epoch ${count(now.epoch)} of ${count(view.started.epochs)}`]
  if (now.seconds > 0) words.push(speed(now.steps / now.seconds))
  if (now.left !== null) words.push(left(now.left))
  return words.join(' · ')
}

function speed(perSecond: number): string {
  if (perSecond >= 10) return `${count(Math.round(perSecond))} steps/s`
  if (perSecond >= 1) return `${perSecond.toFixed(1)} steps/s`
  return `${(1 / perSecond).toFixed(1)} s/step`
}
