import type { Words } from '../en'

/** What an open project announces. */
export const project: Words['project'] = {
  back: 'Die Verbindung zum Server ist wieder da.',
  overruled: '{name} hat {field} gerade auf {theirs} gesetzt; dein {mine} ist überschrieben.',
  undone: 'Rückgängig gemacht',
  redone: 'Wiederholt',
  viewOnly: 'Dieser Link ist nur zum Ansehen.',
  viewOnlyHint: 'Erstelle eine Kopie des Projekts, die du bearbeiten kannst.',
  othersChange: 'Jemand anderes hat das inzwischen geändert; diese Änderung bleibt.',
}
