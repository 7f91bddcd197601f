/** Which repeated parts of the open graph are folded: view state, which the document knows nothing of. */
import { api } from '../api'
import type { Graph, Position, Repeat } from '../contract'
import { type Fold, folded, foldedNodes, foldsOf, placed } from '../document/folding'
import { withRegions } from '../document/regions'
import type { Session } from '../session'
import { t } from '../words/t'
import { layOut } from './arranging'

const NOWHERE: ReadonlyMap<string, Position> = new Map()

/** What folding needs of the canvas. */
interface Shown {
  readonly session: Session
  readonly graph: Graph
  readonly aspect: number
  /** The height of a drawing that can be read whole. */
  readonly legible: number
  fit: () => void
}

export class Folding {
  /** Whether repeated parts are folded. */
  on = $state(false)
  #repeats = $state.raw<readonly Repeat[]>([])
  #open = $state.raw<ReadonlySet<string>>(new Set())
  /** Where cards lie while something is folded: the document's positions are those of all nodes. */
  #positions = $state.raw(NOWHERE)

  readonly folds: readonly Fold[] = $derived.by(() =>
    this.on ? withRegions(this.canvas.graph, foldsOf(this.canvas.graph, this.#repeats)) : [],
  )

  /** The folds in the graph or in a fold that is open itself; one is before those inside of it. */
  readonly #reached: readonly Fold[] = $derived.by(() => {
    const shown = new Set<string>()
    return this.folds.filter(({ id, inside }) => {
      const isReached = inside === null || (shown.has(inside) && this.#open.has(inside))
      if (isReached) shown.add(id)
      return isReached
    })
  })

  readonly closed: ReadonlyMap<string, Fold> = $derived.by(
    () =>
      new Map(
        this.#reached
          .filter(({ id }) => !this.#open.has(id))
          .map((fold) => [fold.id, fold] as const),
      ),
  )

  readonly #folded: Graph = $derived.by(() =>
    this.on ? folded(this.canvas.graph, [...this.closed.values()], titleOf) : this.canvas.graph,
  )

  /** The graph as it is shown. */
  readonly picture: Graph = $derived.by(() => placed(this.#folded, this.#positions))

  constructor(readonly canvas: Shown) {}

  /** Fold all repeated parts, or show all layers again. */
  async toggle(): Promise<void> {
    if (this.on) {
      this.on = false
      this.#positions = NOWHERE
      this.canvas.fit()
      return
    }
    const { session } = this.canvas
    const { repeats } = await api.repeats(session.project)
    if (foldsOf(this.canvas.graph, repeats).length === 0) {
      session.notices.show(t('editor.nothingRepeats'))
      return
    }
    this.#repeats = repeats
    this.#open = new Set()
    this.on = true
    await this.arrange()
    this.canvas.fit()
    session.notices.announce(t('editor.folded', { count: this.closed.size }))
  }

  /** Show the layers of a fold, or of all folds of its kind. */
  async unfold(fold: Fold, alike = false): Promise<void> {
    const shown = [...this.closed.values()]
    const opened = alike ? shown.filter(({ kind }) => kind === fold.kind) : [fold]
    this.#open = new Set([...this.#open, ...opened.map(({ id }) => id)])
    await this.arrange()
    this.canvas.fit()
  }

  /** The smallest folds that nodes would be in. */
  foldsAround(nodes: ReadonlySet<string>): Fold[] {
    const around = this.#reached.filter(
      (fold) => this.#open.has(fold.id) && foldedNodes(fold).some((id) => nodes.has(id)),
    )
    return around.filter(({ id }) => !around.some(({ inside }) => inside === id))
  }

  /** Fold again what these nodes belong to. */
  async refold(nodes: ReadonlySet<string>): Promise<void> {
    const closed = new Set(this.foldsAround(nodes).map(({ id }) => id))
    this.#open = new Set([...this.#open].filter((id) => !closed.has(id)))
    await this.arrange()
    this.canvas.fit()
  }

  /** Move cards in this view only. */
  move(positions: ReadonlyMap<string, Position>): void {
    this.#positions = new Map([...this.#positions, ...positions])
  }

  /** Lay out what is shown: in columns, or from left to right. */
  async arrange(sideways = false): Promise<void> {
    const { aspect, legible } = this.canvas
    const way = sideways ? { sideways } : { aspect, height: legible }
    const { nodes, edges } = this.#folded
    this.#positions = await layOut({ nodes, edges, ...way })
  }
}

/** The words on a fold's card: "conv3 residual block ×4", "block5 ×5". */
export function titleOf({ stage, kind, count }: Fold): string {
  const words = kind.replaceAll('_', ' ')
  const isSaid = stage?.startsWith(kind)
  const name = stage ? (isSaid ? stage : t('canvas.foldOfStage', { stage, kind: words })) : words
  return count > 1 ? t('canvas.foldTimes', { name, count }) : name
}
