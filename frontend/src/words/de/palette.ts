import type { Words } from '../en'

/** The left panel: the palette of layers and the outline of the model. */
export const palette: Words['palette'] = {
  layers: 'Schichten',
  search: 'Schichten durchsuchen',
  searchTotal: { one: '{count} Schicht durchsuchen', other: '{count} Schichten durchsuchen' },
  nothing: 'Keine Schicht heißt „{text}“. Versuche „conv“, „pool“ oder „attention“.',
  found: { one: '{count} Schicht gefunden', other: '{count} Schichten gefunden' },
  open: '{name} öffnen',
  try: '{name} allein ausprobieren',
}

export const outline: Words['outline'] = {
  label: 'Gliederung des Modells',
  empty: 'Auf der Zeichenfläche ist noch nichts.',
  frozen: 'eingefroren',
  inputs: 'Eingaben: {names}',
  output: 'Ausgabe: {shape}',
  problem: '{severity}: {message}',
}
