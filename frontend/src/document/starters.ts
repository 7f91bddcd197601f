/** What a layer starts with when it is placed, where Keras has no default: it works at once. */
import type { Entry, Node } from '../contract'

const BY_PARAM: Readonly<Record<string, unknown>> = {
  units: 32,
  filters: 32,
  kernel_size: 3,
  num_heads: 4,
  key_dim: 16,
  head_dim: 16,
  num_query_heads: 4,
  num_key_value_heads: 2,
  input_dim: 1000,
  output_dim: 16,
  rate: 0.5,
  stddev: 0.1,
  n: 4,
  activation: 'relu',
  scale: 1 / 255,
  num_bins: 16,
  height: 32,
  width: 32,
}

/** Return the parameters that a new node of this layer starts with. */
export function startingParams(entry: Entry): Node['params'] {
  const required = entry.params.filter((param) => param.required)
  const known = required.filter((param) => Object.hasOwn(BY_PARAM, param.name))
  return Object.fromEntries(known.map(({ name }) => [name, BY_PARAM[name]]))
}
