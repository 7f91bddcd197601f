/** Words that several panels share: counted things, buttons of every dialog. */
export const common = {
  layers: { one: '{count} layer', other: '{count} layers' },
  parameters: { one: '{count} parameter', other: '{count} parameters' },
  untitled: 'Untitled',
  /** What the name of a copied project has in parentheses. */
  copy: 'copy',
  somebody: 'Somebody',
  missingNode: 'a node that no longer exists',
  cancel: 'Cancel',
  close: 'Close',
  remove: 'Remove',
  dismiss: 'Dismiss',
  details: 'Details',
  retry: 'Try again',
  language: 'Language',
  keyControl: 'Ctrl',
  keyShift: 'Shift',
  keyDelete: 'Del',
  keyBackspace: 'Backspace',
  keyEnter: 'Enter',
  quoted: '“{text}”',
} as const
