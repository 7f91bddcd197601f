/** The Problems tab. */
export const problems = {
  label: 'Problems',
  error: 'Error',
  warning: 'Warning',
  note: 'Note',
  errors: { one: '{count} error', other: '{count} errors' },
  warnings: { one: '{count} warning', other: '{count} warnings' },
  notes: { one: '{count} note', other: '{count} notes' },
  severityAt: '{severity} at',
  model: 'Model',
  checking: 'Checking…',
  nothing: 'Nothing to check yet.',
  nothingHint:
    'Drop a layer on the canvas. Whatever does not fit is listed here, with a way to fix it.',
  none: 'No problems.',
  ready: 'Every layer fits the next: {layers}, {parameters}, ready to train.',
} as const
