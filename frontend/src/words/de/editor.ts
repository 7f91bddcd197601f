import type { Words } from '../en'

/** What the editor announces, and why a run can’t be started. */
export const editor: Words['editor'] = {
  nothingCopied: 'Es wurde nichts kopiert, was hier Platz findet.',
  refused: '{layer} lässt sich hier nicht setzen.',
  placed: '{layer} gesetzt.',
  grouped: 'Zu einem Teilmodell gruppiert.',
  ungrouped: { one: 'Aufgelöst: {count} Schicht.', other: 'Aufgelöst: {count} Schichten.' },
  graphRemoved: '{name} entfernt.',
  inserted: '{layer} sitzt jetzt in der Verbindung.',
  connected: '{source} führt jetzt zu {target}.',
  wireRemoved: 'Verbindung entfernt.',
  removed: { one: '{count} Schicht entfernt.', other: '{count} Schichten entfernt.' },
  selected: { one: '{count} Schicht ausgewählt.', other: '{count} Schichten ausgewählt.' },
  copied: { one: '{count} Schicht kopiert.', other: '{count} Schichten kopiert.' },
  added: { one: '{count} Schicht hinzugefügt.', other: '{count} Schichten hinzugefügt.' },
  frozen: { one: '{count} Schicht eingefroren.', other: '{count} Schichten eingefroren.' },
  unfrozen: { one: '{count} Schicht aufgetaut.', other: '{count} Schichten aufgetaut.' },
  inputMoved: 'Jetzt Eingabe {number} von {count}.',
  replaced: 'Die Verbindung zu {target} kam vorher von {source}.',
  framed: { one: 'Rahmen um {count} Schicht.', other: 'Rahmen um {count} Schichten.' },
  noted: 'Notiz hinzugefügt.',
  annotationRemoved: 'Entfernt.',
  bypassed: { one: '{count} Schicht überbrückt.', other: '{count} Schichten überbrückt.' },
  used: { one: '{count} Schicht wieder benutzt.', other: '{count} Schichten wieder benutzt.' },
  fixed: 'Erledigt: {fix}',
  folded: { one: '{count} Block eingeklappt.', other: '{count} Blöcke eingeklappt.' },
  nothingRepeats: 'Kein Teil dieses Modells wiederholt sich, also gibt es nichts einzuklappen.',
  laidOut: 'Angeordnet.',
  trainOffline: 'Zum Trainieren braucht es eine Verbindung zum Server.',
  trainUnchecked: 'Das Modell wird noch geprüft.',
  trainDraft:
    '„{text}“ im Feld „{field}“ ist nicht gespeichert: Korrigiere es, oder drücke dort Esc.',
  trainDraftOf:
    '„{text}“ im Feld „{field}“ von {node} ist nicht gespeichert: Korrigiere es, oder drücke dort Esc.',
  trainEmpty:
    'Das Feld „{field}“ ist leer, das ist nicht gespeichert: Fülle es aus, oder drücke dort Esc.',
  trainEmptyOf:
    'Das Feld „{field}“ von {node} ist leer, das ist nicht gespeichert: Fülle es aus, oder drücke dort Esc.',
  trainNoData: 'Wähle unter „Daten“, woraus das Modell lernt.',
  trainNoBackend: '{name} ist auf diesem Server nicht installiert: Wähle ein anderes Backend.',
  noPause:
    'Ein Lauf auf {name} lässt sich nicht anhalten: Keras 2.3.1 behält keinen Zwischenstand. Beende ihn stattdessen.',
  trainNoDevice: 'Dieser Server hat kein Gerät „{name}“: Wähle ein anderes.',
  trainProblems: {
    one: '{count} Problem muss gelöst werden, bevor das Modell trainieren kann.',
    other: '{count} Probleme müssen gelöst werden, bevor das Modell trainieren kann.',
  },
  exported: 'Die Datei ist gespeichert.',
  notExported: 'Die Datei konnte nicht erzeugt werden.',
  notExportedHint: 'Ist der Server erreichbar? Dann versuche es noch einmal.',
  notPainted: 'Ein Bild dieser Größe kann der Browser nicht zeichnen.',
  notWhole: 'Für „{name}“ sind Angaben nötig, bevor es geöffnet werden kann.',
  notWholeHint: 'Öffne es auf der Startseite, die danach fragt.',
  unsaved: 'Die letzten Änderungen sind noch nicht gespeichert und würden im Lauf fehlen.',
  unsavedHint:
    'Warte, bis die Verbindung zum Server wieder da ist, und drücke dann noch einmal „Trainieren“.',
}
