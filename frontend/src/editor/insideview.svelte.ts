/** The inside view on the canvas: it asks for the pictures of the cards that are in view. */
import type { Attribution, Graph, LayersEvent, Node, Picture } from '../contract'
import type { Rect } from '../document/geometry'
import { historiesOf, type LayerHistory } from '../document/layerHistory'
import { callsTo, keyOf } from '../document/pictures'
import { placesOf } from '../document/places'
import type { Session } from '../session'
import { follow } from '../session/following.svelte'
import { newestRun } from '../session/runs.svelte'
import { measure, percent } from '../words/format'
import { SlowMotion } from './slowmotion.svelte'
import type { Bench } from './trying'

/** At most so many cards are looked at, as the server allows. */
const MOST = 64
/** Pictures on smaller cards can't be made out. */
const FARTHEST = 0.35
/** Milliseconds that the view must rest before it is asked for something else. */
const REST = 120

/** Milliseconds after an epoch in which its checkpoint is written. */
const WRITTEN = 1000

/** What the inside view needs of the canvas. */
interface Shown {
  readonly session: Session
  readonly picture: Graph
  readonly view: Rect
  readonly viewport: { zoom: number }
  node: (id: string) => Node | undefined
}

/** Whether a node is an Input that is not among those in view. */
function isOutside(canvas: Shown, ids: readonly string[], id: string): boolean {
  return canvas.node(id)?.layer === 'Input' && !ids.includes(id)
}

export class InsideView {
  constructor(readonly canvas: Shown) {
    this.slow = new SlowMotion(canvas)
  }

  readonly slow: SlowMotion

  /** The card that is open large. */
  large = $state<string | null>(null)

  /** The layer that is tried alone. */
  alone = $state.raw<Bench | null>(null)

  /** Whether a person gives an input of their own. */
  own = $state(false)

  get on(): boolean {
    return this.canvas.session.view.inside
  }

  /** Open a card large. */
  open(node: string): void {
    this.canvas.session.view.inside = true
    this.large = node
  }

  toggle(): void {
    this.canvas.session.view.inside = !this.on
  }

  /** What was asked for last, without the sample. */
  #asked = ''

  /** The run whose model is looked into: the newest one that trains or has been trained; in slow
   * motion, the one that it begins with. */
  readonly run: string | null = $derived.by(() => {
    const { inside, runs } = this.canvas.session
    if (inside.step !== null) return inside.from
    const { list } = runs
    const trained = list.filter(
      ({ outcome, phase }) =>
        (outcome === null && phase !== 'queued') || outcome === 'finished' || outcome === 'stopped',
    )
    return newestRun(trained)?.id ?? null
  })

  /** What the pictures depend on besides the sample: the run's end, or the checked document. */
  readonly #state: string = $derived.by(() => {
    const { runs, collaboration, verdict } = this.canvas.session
    if (this.run) return `${this.run} ${runs.list.find(({ id }) => id === this.run)?.outcome}`
    return verdict?.ok ? `@${collaboration.checked}` : ''
  })

  /** Whether the run that is looked into trains. */
  readonly trains: boolean = $derived.by(() => {
    const { list } = this.canvas.session.runs
    return list.find(({ id }) => id === this.run)?.outcome === null
  })

  /** The ids of the nodes that call the open graph, from the model on. */
  readonly #calls: readonly string[] | null = $derived.by(() =>
    callsTo(this.canvas.session.document, this.canvas.session.location.graphs),
  )

  /** The paths of the cards in view, as one text, so that nothing happens while it stays. */
  readonly #wanted: string = $derived.by(() => {
    const { canvas } = this
    const calls = this.#calls
    if (!this.on || !calls || canvas.viewport.zoom < FARTHEST) return ''
    const cards = [...placesOf(canvas.picture).within(canvas.view)]
    const ids = cards.map(({ id }) => id).filter((id) => canvas.node(id))
    // The pictures of the inputs say on which scale the data are.
    const main = this.own && calls.length === 0 ? canvas.picture.nodes : []
    ids.unshift(...main.map(({ id }) => id).filter((id) => isOutside(canvas, ids, id)))
    const { large } = this
    if (large && !ids.includes(large)) ids.unshift(large)
    return JSON.stringify(ids.slice(0, MOST).map((id) => [...calls, id]))
  })

  pictureOf(id: string): Picture | undefined {
    const calls = this.#calls
    return this.on && calls
      ? this.canvas.session.inside.pictures.get(keyOf([...calls, id]))
      : undefined
  }

  /** What an input contributes to the answer that is explained. */
  attributionOf(id: string): Attribution | undefined {
    const { explain, explanation } = this.canvas.session.inside
    const isMain = this.#calls?.length === 0
    return explain && isMain ? explanation?.parts.find(({ input }) => input === id) : undefined
  }

  /** The layers of the run that is looked into, by the path of their node. */
  readonly #layers: ReadonlyMap<string, LayerHistory> = $derived.by(() => {
    const { slow } = this.canvas.session.inside
    if (slow) return byNode([{ type: 'layers', epoch: slow.taken, layers: slow.layers }])
    const events = this.run && this.on ? this.canvas.session.runs.log(this.run).layers : []
    return byNode(events)
  })

  /** What a layer showed after the epochs of its run. */
  layerOf(id: string): LayerHistory | undefined {
    const calls = this.#calls
    return calls ? this.#layers.get(keyOf([...calls, id])) : undefined
  }

  /** What the present phase of slow motion is about at a card, as a short sign; '' if nothing. */
  signOf(id: string): string {
    const { slow } = this.canvas.session.inside
    if (!this.on || !slow) return ''
    const state = this.layerOf(id)?.states.at(-1)
    const { phase } = this.slow
    if (phase === 'gradients') return numbered('∇', state?.gradient, measure)
    if (phase === 'update') return numbered('Δ', state?.update, percent)
    const isEnd = phase === 'loss' && this.#calls?.length === 0 && this.#ends.has(id)
    return isEnd ? numbered('L', slow.loss, measure) : ''
  }

  /** The nodes of the open graph from which no edge leads. */
  readonly #ends: ReadonlySet<string> = $derived.by(() => {
    const { nodes, edges } = this.canvas.picture
    const sources = new Set(edges.map(({ source }) => source))
    return new Set(nodes.map(({ id }) => id).filter((id) => !sources.has(id)))
  })

  /** Keep asking for what is in view; called once, while the canvas is mounted. */
  follow(): void {
    const { inside, runs } = this.canvas.session
    follow(runs, () => (this.on && this.run ? [this.run] : []))
    $effect(() => {
      const wanted = this.#wanted
      const { run } = this
      const state = this.#state
      void inside.sample
      void inside.plane
      void inside.explain
      void inside.latent
      void inside.step
      if (!wanted || !state) {
        inside.stop()
        return
      }
      const { large } = this
      const detail = large ? [...(this.#calls ?? []), large] : null
      const look = () => inside.look(run, JSON.parse(wanted), detail)
      const asked = `${wanted} ${state}`
      // Another sample is asked for at once; while the view moves, the model need not compile.
      if (asked === this.#asked) {
        look()
        return
      }
      const timer = setTimeout(() => {
        this.#asked = asked
        look()
      }, REST)
      return () => clearTimeout(timer)
    })
    this.#followCheckpoints()
    $effect(() => () => inside.stop())
  }

  /** Ask again what is answered from checkpoints, after each epoch, but not too often. */
  #followCheckpoints(): void {
    const { inside, runs } = this.canvas.session
    let timer: ReturnType<typeof setTimeout> | undefined
    $effect(() => {
      const asks = this.on && this.trains && (inside.explain || inside.latent)
      if (!asks || !this.run || runs.log(this.run).epochs.length === 0) return
      timer ??= setTimeout(() => {
        timer = undefined
        inside.renew()
      }, WRITTEN)
    })
    $effect(() => () => clearTimeout(timer))
  }
}

function byNode(events: readonly LayersEvent[]): ReadonlyMap<string, LayerHistory> {
  return new Map(historiesOf(events).map((history) => [keyOf(history.node), history]))
}

function numbered(
  sign: string,
  value: number | null | undefined,
  write: (value: number) => string,
): string {
  return value === null || value === undefined ? '' : `${sign} ${write(value)}`
}
