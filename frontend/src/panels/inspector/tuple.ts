/** The shape of a tensor as Python writes it. */
import type { Tensor } from '../../contract'

/** Return a shape as a tuple: "(None, 28, 28)", "(None,)". */
export function tuple({ shape }: Pick<Tensor, 'shape'>): string {
  const axes = shape.map((axis) => axis ?? 'None')
  return `(${axes.join(', ')}${axes.length === 1 ? ',' : ''})`
}
