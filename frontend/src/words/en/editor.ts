/** What the editor announces, and the problems of starting a run. */
export const editor = {
  nothingCopied: 'Nothing that can be placed here was copied.',
  refused: '{layer} can’t be placed.',
  placed: '{layer} placed.',
  grouped: 'Grouped into a sub-model.',
  ungrouped: { one: 'Ungrouped: {count} layer.', other: 'Ungrouped: {count} layers.' },
  graphRemoved: '{name} removed.',
  connected: '{source} now feeds {target}.',
  wireRemoved: 'Wire removed.',
  removed: { one: '{count} layer removed.', other: '{count} layers removed.' },
  copied: { one: '{count} layer copied.', other: '{count} layers copied.' },
  added: { one: '{count} layer added.', other: '{count} layers added.' },
  inputMoved: 'Now input {number} of {count}.',
  fixed: 'Done: {fix}',
  laidOut: 'Laid out.',
  unsaved: 'The latest edits are not saved yet, so the run would miss them.',
  unsavedHint: 'Wait until the connection is back, then press Train again.',
} as const
