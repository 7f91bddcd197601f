/** The History tab: training runs and their comparison. */
export const history = {
  empty: 'No runs yet.',
  emptyHint:
    'Every training run stays here with its curves, its results and its model, so that you can compare what you tried.',
  train: 'Train the model',
  runs: 'Runs',
  compare: 'Compare',
  compareRun: 'Compare run {number}',
  comparison: 'Comparison',
  noEpochs: 'The chosen runs have no epochs to compare.',
  run: 'Run',
  runNumber: 'Run {number}',
  when: 'When',
  where: 'Where',
  result: 'Result',
  state: 'State',
  epochs: 'Epochs',
  epochOf: '{epoch} of {epochs}',
  took: 'Took',
  actions: 'Actions',
  deleteRun: 'Delete run {number}',
  deleteTitle: 'Delete run {number}?',
  deleteAction: 'Delete run',
  deleteText:
    'Its curves, its results and its {files} will be deleted. The document stays as it is. This can’t be undone.',
  files: { one: '{count} file', other: '{count} files' },
} as const
