/** The inside view: which model is looked into, with which sample, and what was seen last. */
import type {
  ClientMessage,
  Detail,
  Explain,
  Explanation,
  Inspect,
  Inspected,
  Latent,
  LatentMap,
  LatentShown,
  Picture,
  Plane,
  Problem,
  SampleShown,
  SlowStep,
} from '../contract'
import { packed } from '../document/packing'
import { keyOf } from '../document/pictures'

type Sample = Inspect['look']['sample']
type Range = Pick<Picture, 'low' | 'high'>

/** What was looked at must be repeated, or the server takes this page to be gone. */
const REPEATED_AFTER = 20_000

/** A look at no cards. */
const NOTHING = {
  nodes: [],
  detail: null,
  place: null,
  plane: null,
  explain: null,
  latent: null,
  step: null,
}

/** The first row of the validation part. */
const FIRST: Sample = { type: 'row', part: 'validation', row: 0, number: null }

export class Inside {
  sample = $state.raw<Sample>(FIRST)
  /** The two features whose plane is painted, in place of a sample. */
  plane = $state.raw<Plane | null>(null)
  /** What is to be explained. */
  explain = $state.raw<Explain | null>(null)
  /** Why the model answers the sample that is shown as it does. */
  explanation = $state.raw<Explanation | null>(null)
  /** Where values are set by hand, and which. */
  latent = $state.raw<Latent | null>(null)
  /** What follows from the values that are set. */
  latentShown = $state.raw<LatentShown | null>(null)
  /** The plane of two of these values, which stays while they change. */
  latentMap = $state.raw<LatentMap | null>(null)
  /** Steps that were taken in slow motion; null outside of it. */
  step = $state<number | null>(null)
  /** The run whose weights slow motion begins with; null is the first weights. */
  from = $state<string | null>(null)
  /** The step that is shown in slow motion. */
  slow = $state.raw<SlowStep | null>(null)
  /** The losses that slow motion has shown, by step. */
  losses = $state.raw<ReadonlyMap<number, number>>(new Map())
  /** The latest picture of each node that was in view. */
  pictures = $state.raw<ReadonlyMap<string, Picture>>(new Map())
  shown = $state.raw<SampleShown | null>(null)
  problem = $state.raw<Problem | null>(null)
  /** The epoch of the weights that are looked into, while a run trains; 0 outside of it. */
  epoch = $state(0)
  /** The row that was shown last, to which people come back from an input of their own. */
  row = $state(0)
  /** The lowest and the highest values of nodes in the rows that were shown. */
  ranges = $state.raw<ReadonlyMap<string, Range>>(new Map())
  /** The values of the card that is open large, and its weights. */
  detail = $state.raw<Detail | null>(null)
  /** The place in it whose arithmetic is asked for. */
  place = $state.raw<readonly number[] | null>(null)
  /** Whether the pictures are of a plane. */
  #ofPlane = false
  #asked: Inspect | null = null
  #timer: ReturnType<typeof setInterval> | undefined

  /** `send` sends nothing while there is no connection. */
  constructor(readonly send: (message: ClientMessage) => void) {}

  /** Look at nodes of a run's model; of the document's with its first weights without a run. */
  look(run: string | null, nodes: string[][], detail: string[] | null): void {
    if (this.#asked?.run !== run) this.#forget()
    const { plane, explain, step } = this
    const place = detail && this.place && [...this.place]
    const latent = this.latent && { ...this.latent, map: this.#needsMap(this.latent) }
    const sample = this.sample.type === 'own' ? packed(this.sample) : this.sample
    this.#asked = {
      type: 'inspect',
      run,
      look: { sample, nodes, detail, place, plane, explain, latent, step },
    }
    this.send(this.#asked)
    this.#timer ??= setInterval(() => this.#repeat(), REPEATED_AFTER)
  }

  /** A plane is sent once: it stays the same while the values change. */
  #needsMap({ x, y }: Latent): boolean {
    const known = this.latentMap
    return known?.x !== x || known.y !== y
  }

  /** Look at nothing. */
  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    if (this.#asked) this.send({ type: 'inspect', run: null, look: { ...NOTHING, sample: FIRST } })
    this.#asked = null
    this.#forget()
  }

  /** The weights are others than when they were asked about: ask again. */
  renew(): void {
    const latent = this.#asked?.look.latent
    if (latent) latent.map = true
    this.#repeat()
    if (latent) latent.map = false
  }

  /** The connection is new: ask again. */
  welcome(): void {
    this.#repeat()
  }

  receive(message: Inspected): void {
    const { run, epoch, pictures, shown, detail, explanation, latent, slow, problem } = message
    if (!this.#asked || run !== this.#asked.run) return
    this.problem = problem
    if (problem) return
    this.shown = shown
    this.epoch = epoch
    this.detail = detail
    this.explanation = explanation
    this.latentShown = latent
    if (latent?.map) this.latentMap = latent.map
    this.#take(slow)
    if (shown.sample.type === 'row' && !shown.plane) this.#note(shown, pictures)
    // What left the view meanwhile keeps its last picture.
    const isPlane = shown.plane !== null
    const all = new Map(isPlane === this.#ofPlane ? this.pictures : [])
    this.#ofPlane = isPlane
    for (const picture of pictures) all.set(keyOf(picture.node), picture)
    this.pictures = all
  }

  #take(slow: SlowStep | null): void {
    this.slow = this.step === null ? null : slow
    if (this.slow?.loss !== undefined && this.slow.loss !== null)
      this.losses = new Map(this.losses).set(this.slow.taken, this.slow.loss)
  }

  #note({ sample }: SampleShown, pictures: readonly Picture[]): void {
    if (sample.type === 'row') this.row = sample.row
    const ranges = new Map(this.ranges)
    for (const { node, low, high } of pictures) {
      const known = ranges.get(keyOf(node)) ?? { low, high }
      ranges.set(keyOf(node), { low: Math.min(low, known.low), high: Math.max(high, known.high) })
    }
    this.ranges = ranges
  }

  #repeat(): void {
    if (this.#asked) this.send(this.#asked)
  }

  #forget(): void {
    this.pictures = new Map()
    this.shown = null
    this.detail = null
    this.explanation = null
    this.latentShown = null
    this.latentMap = null
    this.slow = null
    this.problem = null
  }
}
