import type { Words } from '../en'

/** The table of a model's layers. */
export const summary: Words['summary'] = {
  label: 'Schichten des Modells',
  empty: 'Die Tabelle zeigt die Schichten, sobald es welche gibt.',
  notLoaded: 'Die Tabelle konnte nicht geladen werden: Ist der Server erreichbar?',
  totals: 'Summen',
  layers: 'Schichten',
  parameters: 'Parameter',
  memory: 'Speicher',
  memoryTitle: {
    one: 'Gewichte und die Aktivierungen von {count} Zeile',
    other: 'Gewichte und die Aktivierungen eines Batches von {count} Zeilen',
  },
  cost: 'Multiplikationen',
  costTitle: 'Multiplikationen mit Addition für eine Zeile',
  layer: 'Schicht',
  type: 'Typ',
  shape: 'Ausgabeform',
  dtype: 'Datentyp',
  trainable: 'Trainierbare Parameter',
  nonTrainable: 'Nicht trainierbare Parameter',
  weightBytes: 'Gewichte (Bytes)',
  activationBytes: 'Aktivierungen (Bytes je Batch)',
  multiplyAdds: 'Multiplikationen',
  inputs: 'Eingaben',
}
