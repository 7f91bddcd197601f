/** By what the nodes of the canvas are tinted: view state, which the document knows nothing of. */
import type { Catalogue, NodeVerdict } from '../contract'
import { type Fold, foldedNodes } from '../document/folding'
import { colorOf, type Layers } from '../document/layers'
import { amountOf, type Scale, scaleOf, type Tint } from '../document/tint'

/** What tinting needs of the canvas. */
interface Shown {
  readonly session: { readonly catalogue: Catalogue }
  readonly layers: Layers
  readonly verdicts: Readonly<Record<string, NodeVerdict>>
  readonly folding: { readonly closed: ReadonlyMap<string, Fold> }
}

export class Tinting {
  by = $state<Tint | null>(null)

  readonly scale: Scale | null = $derived.by(() => {
    const { by } = this
    if (!by) return null
    const { verdicts, folding } = this.canvas
    const amounts = new Map(
      Object.entries(verdicts).map(([id, verdict]) => [id, amountOf(verdict, by)]),
    )
    for (const [id, fold] of folding.closed) amounts.set(id, amountOfFold(fold, by, amounts))
    return scaleOf(amounts)
  })

  constructor(readonly canvas: Shown) {}

  /** Tint by an amount; by nothing if it is that one already. */
  toggle(by: Tint): void {
    this.by = this.by === by ? null : by
  }

  /** Return the token of a card's tint, if it has one. */
  tokenOf(id: string): string | undefined {
    const step = this.scale?.steps.get(id)
    return step === undefined ? undefined : `--t-${step}`
  }

  /**
   * Tells the token of a card from afar: its tint, else the colour of its category. Thousands are
   * asked for, so that each category is looked up once.
   */
  readonly fillOf: (node: { id: string; layer: string }) => string = $derived.by(() => {
    const { scale } = this
    if (scale) return ({ id }) => this.tokenOf(id) ?? '--line2'
    const { layers, session } = this.canvas
    const { catalogue } = session
    const known = new Map<string, string>()
    return ({ layer }) => {
      const token = known.get(layer) ?? `--c-${colorOf(catalogue, layers.get(layer))}`
      known.set(layer, token)
      return token
    }
  })
}

/** The sum over the folded nodes; of shapes, the last known. */
function amountOfFold(
  fold: Fold,
  by: Tint,
  amounts: ReadonlyMap<string, number | null>,
): number | null {
  const known = foldedNodes(fold)
    .map((id) => amounts.get(id))
    .filter((amount) => typeof amount === 'number')
  if (known.length === 0) return null
  return by === 'shape' ? (known.at(-1) ?? null) : known.reduce((sum, amount) => sum + amount, 0)
}
