/** Slow motion: which step of a training is shown, in which phase, and whether it plays. */
import type { Inside } from '../session/inside.svelte'

/** What happens in a step, one after the other. */
export const PHASES = ['forward', 'loss', 'gradients', 'update'] as const
export type Phase = (typeof PHASES)[number]
export type Pace = 'phase' | 'step'

/** The last step that the server computes. */
export const MOST_STEPS = 5_000

/** Milliseconds for which a phase, and a step, are shown at least. */
const SHOWN: Record<Pace, number> = { phase: 1_200, step: 80 }
/** The same for people who asked for less motion. */
const CALM: Record<Pace, number> = { phase: 2_000, step: 600 }

export class SlowMotion {
  phase = $state<Phase>('forward')
  /** How it plays; null while it stands still. */
  pace = $state<Pace | null>(null)

  constructor(
    readonly of: { readonly session: { readonly inside: Inside } },
    readonly calm: () => boolean = () => matchMedia('(prefers-reduced-motion: reduce)').matches,
  ) {}

  get inside(): Inside {
    return this.of.session.inside
  }

  get on(): boolean {
    return this.inside.step !== null
  }

  /** Whether the step that was asked for is shown. */
  get ready(): boolean {
    return this.inside.slow !== null && this.inside.slow.taken === this.inside.step
  }

  /** Show the training of a run's model from its saved weights, or of the document's. */
  begin(run: string | null): void {
    this.pace = null
    this.phase = 'forward'
    this.inside.from = run
    this.inside.losses = new Map()
    this.inside.step = 0
  }

  end(): void {
    this.pace = null
    this.inside.step = null
  }

  /** Go back to before the first step. */
  rewind(): void {
    this.begin(this.inside.from)
  }

  /** Go on to the next phase, after the last one to the next step. */
  next(): void {
    const at = PHASES.indexOf(this.phase)
    const phase = PHASES[at + 1]
    if (phase) this.phase = phase
    else this.step()
  }

  /** Take a step. */
  step(): void {
    if (!this.ready || this.inside.step === null) return
    if (this.inside.step >= MOST_STEPS) {
      this.pace = null
      return
    }
    this.phase = 'forward'
    this.inside.step += 1
  }

  /** Play at a pace, or stop if it plays so already. */
  play(pace: Pace): void {
    this.pace = this.pace === pace ? null : pace
  }

  /** Keep playing; called from an effect, which is run again when something has changed. */
  follow(): (() => void) | undefined {
    const { pace, phase } = this
    if (!pace || !this.on || !this.ready) return
    void phase
    const wait = (this.calm() ? CALM : SHOWN)[pace]
    const timer = setTimeout(() => (pace === 'phase' ? this.next() : this.step()), wait)
    return () => clearTimeout(timer)
  }
}
