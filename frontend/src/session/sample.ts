/** A run for tests: two epochs, a batch under way, its end. */
import type { BatchEvent, EndedEvent, EpochEvent, StartedEvent } from '../contract'
import type { RunView } from './runview'

export const epoch = (number: number, metrics: Record<string, number>): EpochEvent => ({
  type: 'epoch',
  epoch: number,
  metrics,
  seconds: number * 2,
  left: 10 - number,
  rate: 25,
  complete: true,
  learning_rate: 0.001,
  memory: 500_000_000,
  readings: [],
})

export const started: StartedEvent = {
  type: 'started',
  epochs: 20,
  steps: 50,
  samples: 1600,
  validation_samples: 400,
  test_samples: 0,
  parameters: 100,
  backend: 'jax',
  device: 'cpu',
  versions: {},
  noisy: [],
}

export const batch: BatchEvent = {
  type: 'batch',
  epoch: 3,
  step: 25,
  steps: 50,
  metrics: { loss: 0.5, accuracy: 0.8 },
  seconds: 5,
  rate: 25,
  left: 34.2,
}

export const ended: EndedEvent = { type: 'ended', outcome: 'stopped', problem: null, seconds: 6 }

export const twoEpochs = [
  epoch(1, { loss: 1, accuracy: 0.5, val_loss: 1.2, val_accuracy: 0.6 }),
  epoch(2, { loss: 0.7, accuracy: 0.7, val_loss: 1.4, val_accuracy: 0.6 }),
]

export function view(more: Partial<RunView> = {}): RunView {
  const none = {
    artefacts: [],
    logs: [],
    batch: null,
    evaluation: null,
    tested: null,
    diagnosis: null,
    layers: [],
    ended: null,
  }
  return { phase: 'training', started, epochs: twoEpochs, ...none, ...more }
}
