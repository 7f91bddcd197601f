import type { Words } from '../en'

/** Words that several panels share: counted things, buttons of every dialog. */
export const common: Words['common'] = {
  layers: { one: '{count} Schicht', other: '{count} Schichten' },
  parameters: { one: '{count} Parameter', other: '{count} Parameter' },
  untitled: 'Ohne Titel',
  /** What the name of a copied project has in parentheses. */
  copy: 'Kopie',
  somebody: 'Jemand',
  missingNode: 'ein Knoten, den es nicht mehr gibt',
  cancel: 'Abbrechen',
  close: 'Schließen',
  remove: 'Entfernen',
  dismiss: 'Ausblenden',
  details: 'Einzelheiten',
  retry: 'Erneut versuchen',
  language: 'Sprache',
  keyControl: 'Strg',
  keyShift: 'Umschalt',
  keyDelete: 'Entf',
  keyBackspace: 'Rücktaste',
  keyEnter: 'Eingabe',
  quoted: '„{text}“',
}
