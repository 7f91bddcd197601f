import type { Words } from '../en'

/** Why an edit of the document can’t be made, and the words on a card. */
export const document: Words['document'] = {
  feedsItself: 'Eine Schicht kann nicht ihre eigene Eingabe sein.',
  cycle: 'So entstünde ein Zyklus: {target} führt bereits zu {source}.',
  shapesUnknown: 'Dafür müssen zuerst die Formen bekannt sein.',
  selectLayers: 'Wähle zuerst die Schichten aus.',
  inputsStay: 'Inputs lassen sich nicht gruppieren: Sie bleiben dort, wo die Daten hereinkommen.',
  sharedOutside: 'Eine Schicht teilt ihre Gewichte mit einer, die nicht ausgewählt ist.',
  pathOutside:
    'Ein Pfad verlässt die Auswahl und kehrt zurück: Wähle auch die Schichten auf ihm aus.',
  missingGraph: 'Sein Teilmodell fehlt in diesem Dokument.',
  selectModel: 'Wähle zuerst ein Teilmodell aus.',
  sharedModel: 'Es teilt seine Gewichte mit „{name}“: Entferne zuerst eines der beiden.',
  subModels: 'Teilmodelle',
  subModel: 'Teilmodell',
  newGraph: 'Block',
  modelSummary: 'Ein Teilmodell dieses Projekts, jedes Mal mit eigenen Gewichten.',
  containsItself: 'Es würde sich selbst enthalten.',
  notInCatalogue: 'nicht im Katalog',
  inputs: { one: '{count} Eingabe', other: '{count} Eingaben' },
  no: 'ohne {name}',
}
