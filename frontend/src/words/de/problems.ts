import type { Words } from '../en'

/** The Problems tab. */
export const problems: Words['problems'] = {
  label: 'Probleme',
  error: 'Fehler',
  warning: 'Warnung',
  note: 'Hinweis',
  errors: { one: '{count} Fehler', other: '{count} Fehler' },
  warnings: { one: '{count} Warnung', other: '{count} Warnungen' },
  notes: { one: '{count} Hinweis', other: '{count} Hinweise' },
  severityAt: '{severity} bei',
  model: 'Modell',
  checking: 'Wird geprüft…',
  nothing: 'Noch nichts zu prüfen.',
  nothingHint:
    'Lege eine Schicht auf die Zeichenfläche. Was nicht passt, steht dann hier, mit einem Weg, es zu beheben.',
  none: 'Keine Probleme.',
  ready: 'Jede Schicht passt zur nächsten: {layers}, {parameters}, bereit zum Trainieren.',
}
