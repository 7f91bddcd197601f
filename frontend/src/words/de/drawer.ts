import type { Words } from '../en'

/** The drawer and its tabs. */
export const drawer: Words['drawer'] = {
  label: 'Unterer Bereich',
  problems: 'Probleme',
  training: 'Training',
  code: 'Code',
  data: 'Daten',
  history: 'Verlauf',
  summary: 'Übersicht',
  place: 'Lage des Bereichs',
  below: 'Unter der Zeichenfläche',
  beside: 'Neben der Zeichenfläche',
  instead: 'Anstelle der Zeichenfläche',
}
