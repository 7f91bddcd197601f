/** The canvas: cards, wires, the zoom bar. */
export const canvas = {
  label: 'Canvas',
  location: 'Breadcrumbs',

  empty: 'Drop a layer here',
  emptyHint: 'Drag one from the left, or press {key} and type its name.',
  emptyModel: 'Models begin with an Input.',
  emptySubModel: 'The Inputs of a sub-model receive the arguments of its calls.',
  addInput: 'Add an Input',
  findLayer: 'Find a layer',
  template: 'Start from a template',

  weightsOf: 'weights of {layer}',
  subModelTitle: 'A sub-model: double-click to open it',
  shared: 'Its weights are shared',
  inputPort: 'Input {port} of {layer}',
  outputPort: 'Output {port} of {layer}',
  card: '{label}, {kind}',
  wire: 'Wire from {source} to {target}',
  misfit: 'doesn’t fit',
  bytesFor: { one: '{bytes} for {count} row', other: '{bytes} for {count} rows' },
  batch: 'batch',

  problemWith: 'Problem with {layer}',
  why: 'Why?',
  moreProblems: 'and {count} more',

  zoom: 'Zoom',
  zoomOut: 'Zoom out',
  zoomIn: 'Zoom in',
  zoomOutTitle: 'Zoom out (−)',
  zoomInTitle: 'Zoom in (+)',
  zoomFullTitle: 'Zoom to 100 % (0)',
  fit: 'Fit',
  fitTitle: 'Show everything (1)',
} as const
