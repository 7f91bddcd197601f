/** What a view of a run needs to know; the session's RunLog is one. */
import type {
  ArtefactEvent,
  BatchEvent,
  DiagnosisEvent,
  EndedEvent,
  EpochEvent,
  EvaluationEvent,
  LayersEvent,
  LogEvent,
  PhaseEvent,
  StartedEvent,
} from '../contract'

export type Phase = PhaseEvent['phase']
export type Outcome = EndedEvent['outcome']

export interface RunView {
  readonly phase: Phase | null
  readonly started: StartedEvent | null
  readonly batch: BatchEvent | null
  readonly epochs: readonly EpochEvent[]
  readonly evaluation: EvaluationEvent | null
  /** The evaluation on the test rows. */
  readonly tested: EvaluationEvent | null
  /** What the run shows about its model so far. */
  readonly diagnosis: DiagnosisEvent | null
  /** What its layers showed after the epochs that were recorded. */
  readonly layers: readonly LayersEvent[]
  readonly artefacts: readonly ArtefactEvent[]
  readonly logs: readonly LogEvent[]
  readonly ended: EndedEvent | null
}
