/** Forms of parameters. */
export const fields = {
  required: 'required',
  none: 'none',
  default: 'default',
  choose: 'choose…',
  other: 'something else',
  reset: 'Reset {name} to {value}',
  resetDefault: 'Reset {name} to its default',
  noHelp: 'No description available.',
  unknown: '{layer} has no {param}.',
  removeUnknown: 'Remove it',
  fewer: 'Fewer parameters',
  more: { one: '{count} more parameter', other: '{count} more parameters' },
  number: 'Expected a number.',
  whole: 'Expected a whole number.',
  least: 'At least {limit}.',
  most: 'At most {limit}.',
  length: {
    one: 'Expected {count} number, such as {example}.',
    other: 'Expected {count} numbers, such as {example}.',
  },
  json: 'Expected a number, a list such as [1, 2], or “text” in quotes.',
} as const
