import type { Words } from '../en'

/** Numbers, times and metrics in words. */
export const format: Words['format'] = {
  notANumber: 'keine Zahl',
  infinite: 'unendlich',
  secondLeft: 'noch weniger als 1\u202fs',
  left: 'noch {time}',
  scalar: 'Skalar',
  justNow: 'gerade eben',
}

export const metrics: Words['metrics'] = {
  loss: 'Verlust',
  accuracy: 'Genauigkeit',
  meanAbsoluteError: 'mittlerer absoluter Fehler',
  meanSquaredError: 'mittlerer quadratischer Fehler',
  auc: 'AUC',
  r2: 'R²-Wert',
  validation: '{name} (Validierung)',
}
