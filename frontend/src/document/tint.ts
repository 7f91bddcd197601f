/** Tinting nodes by an amount: five steps of a logarithmic scale, the lightest for the least. */
import type { NodeVerdict } from '../contract'

export const TINTS = ['parameters', 'memory', 'cost', 'shape'] as const
export type Tint = (typeof TINTS)[number]

export const STEPS = 5

/** The steps of nodes, and the least and the greatest amount. */
export interface Scale {
  steps: ReadonlyMap<string, number>
  least: number
  most: number
}

/** Return the amount of a node; null where it is unknown. */
export function amountOf(verdict: NodeVerdict, by: Tint): number | null {
  const { trainable, non_trainable, weight_bytes, activation_bytes, multiply_adds } = verdict
  switch (by) {
    case 'parameters':
      return trainable + non_trainable
    case 'memory':
      return activation_bytes === null ? null : weight_bytes + activation_bytes
    case 'cost':
      return multiply_adds
    case 'shape':
      return sizeOf(verdict)
  }
}

/** The values that a node puts out for one row. */
function sizeOf({ outputs }: NodeVerdict): number | null {
  const [output] = outputs
  if (!output) return null
  let size = 1
  for (const axis of output.shape.slice(1)) {
    if (axis === null) return null
    size *= axis
  }
  return size
}

/** Return the scale of amounts; nodes without a known amount above zero have no step. */
export function scaleOf(amounts: ReadonlyMap<string, number | null>): Scale {
  let [least, most] = [Infinity, 0]
  for (const amount of amounts.values()) {
    if (!amount) continue
    least = Math.min(least, amount)
    most = Math.max(most, amount)
  }
  const range = Math.log(most / least)
  const steps = new Map<string, number>()
  for (const [id, amount] of amounts) {
    if (!amount) continue
    const part = range > 0 ? Math.log(amount / least) / range : 1
    steps.set(id, Math.min(Math.floor(part * STEPS), STEPS - 1))
  }
  return { steps, least, most }
}
