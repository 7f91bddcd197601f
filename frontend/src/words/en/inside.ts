/** The inside view: what is inside the model, on the cards. */
export const inside = {
  label: 'Inside view',
  title: 'Show on the cards what the layers make of one row (V)',
  previous: 'Previous row',
  next: 'Next row',
  random: 'Random row',
  row: 'row {row} of {count}',
  run: 'run {number}',
  first: 'first weights',
  own: 'Own input',
  clear: 'Clear',
  pad: 'Draw {label}: the arrow keys move the pen, the space bar draws',
  value: '{label}, value {number}',
  numbers: 'Values of {label}',
  truth: 'in truth {truths}',

  range: 'from {low} to {high}, mean {mean}',
  zeros: '{share} zeros',
  wrong: { one: '{count} value is not a number', other: '{count} values are not numbers' },
  winner: '{label} with {value}',
} as const
