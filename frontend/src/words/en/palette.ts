/** The left panel: the palette of layers and the outline of the model. */
export const palette = {
  layers: 'Layers',
  search: 'Search layers',
  searchTotal: { one: 'Search {count} layer', other: 'Search {count} layers' },
  nothing: 'No layer is called “{text}”. Try “conv”, “pool” or “attention”.',
  found: { one: '{count} layer found', other: '{count} layers found' },
  open: 'Open {name}',
  try: 'Try {name} alone',
} as const

export const outline = {
  label: 'Outline of the model',
  empty: 'Nothing is on the canvas yet.',
  frozen: 'frozen',
  inputs: 'inputs: {names}',
  output: 'output: {shape}',
  problem: '{severity}: {message}',
} as const
