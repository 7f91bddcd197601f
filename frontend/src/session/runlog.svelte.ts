/** The state of a run from its events, followed live; it survives reconnects and reloads. */
import type {
  ArtefactEvent,
  BatchEvent,
  DiagnosisEvent,
  EndedEvent,
  EpochEvent,
  EvaluationEvent,
  EventOut,
  LayersEvent,
  LogEvent,
  PhaseEvent,
  RunEvent,
  StartedEvent,
} from '../contract'
import { OrderedLog } from './log'

const FLUSH_AFTER = 30

export class RunLog {
  epochs = $state.raw<readonly EpochEvent[]>([])
  /** The latest progress inside an epoch. */
  batch = $state.raw<BatchEvent | null>(null)
  phase = $state.raw<PhaseEvent['phase'] | null>(null)
  started = $state.raw<StartedEvent | null>(null)
  evaluation = $state.raw<EvaluationEvent | null>(null)
  /** The evaluation on the test rows. */
  tested = $state.raw<EvaluationEvent | null>(null)
  /** What the run shows about its model so far. */
  diagnosis = $state.raw<DiagnosisEvent | null>(null)
  /** What its layers showed after the epochs that were recorded. */
  layers = $state.raw<readonly LayersEvent[]>([])
  ended = $state.raw<EndedEvent | null>(null)
  artefacts = $state.raw<readonly ArtefactEvent[]>([])
  logs = $state.raw<readonly LogEvent[]>([])

  #arrived: EventOut[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  // The server thins out batch events for a slow viewer, so numbers only grow.
  readonly #log = new OrderedLog<EventOut>({ dense: false, apply: (event) => this.#take(event) })

  constructor(readonly run: string) {}

  /** The number of the last event that is here. */
  get last(): number {
    return this.#log.last
  }

  receive(event: EventOut): void {
    this.#log.receive(event.seq, event)
  }

  #take(event: EventOut): void {
    this.#arrived.push(event)
    if (event.event.type === 'ended') this.flush()
    // A replay brings thousands of events at once: arrays are rebuilt once for many of them.
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER)
  }

  /** Show everything that has arrived. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const arrived = this.#arrived
    this.#arrived = []
    if (arrived.length === 0) return
    const fresh = arrived.map(({ event }) => event)
    this.epochs = newest(more(this.epochs, fresh, 'epoch'))
    this.artefacts = more(this.artefacts, fresh, 'artefact')
    this.logs = more(this.logs, fresh, 'log')
    this.layers = newest(more(this.layers, fresh, 'layers'))
    for (const event of fresh) this.#latest(event)
  }

  #latest(event: RunEvent): void {
    switch (event.type) {
      case 'phase':
        this.phase = event.phase
        break
      case 'started':
        this.started = event
        break
      case 'batch':
        this.batch = event
        break
      case 'evaluation':
        if (event.on === 'test') this.tested = event
        else this.evaluation = event
        break
      case 'diagnosis':
        this.diagnosis = event
        break
      case 'ended':
        this.ended = event
        break
      case 'epoch':
      case 'artefact':
      case 'log':
      case 'layers':
        break
      default:
        event satisfies never
    }
  }
}

type OfType<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>

function more<T extends RunEvent['type']>(
  before: readonly OfType<T>[],
  fresh: readonly RunEvent[],
  type: T,
): readonly OfType<T>[] {
  const added = fresh.filter((event): event is OfType<T> => event.type === type)
  return added.length > 0 ? [...before, ...added] : before
}

/** Leave out epochs that were told again: a run that goes on from a checkpoint may do so. */
function newest<T extends { epoch: number }>(all: readonly T[]): readonly T[] {
  if (all.every((event, at) => at === 0 || event.epoch > (all[at - 1]?.epoch ?? 0))) return all
  const kept: T[] = []
  for (const event of all) {
    while ((kept.at(-1)?.epoch ?? 0) >= event.epoch) kept.pop()
    kept.push(event)
  }
  return kept
}
