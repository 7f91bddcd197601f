/** Numbers, times and metrics in words. */
export const format = {
  notANumber: 'not a number',
  infinite: 'infinite',
  secondLeft: 'less than 1\u202fs left',
  left: '{time} left',
  scalar: 'scalar',
  justNow: 'just now',
} as const

export const metrics = {
  loss: 'loss',
  accuracy: 'accuracy',
  meanAbsoluteError: 'mean absolute error',
  meanSquaredError: 'mean squared error',
  auc: 'AUC',
  r2: 'R² score',
  validation: 'validation {name}',
} as const
