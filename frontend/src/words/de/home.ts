import type { Words } from '../en'

/** The home page: projects, templates, files, pasted code. */
export const home: Words['home'] = {
  headline: 'Zeichne ein neuronales Netz, sieh ihm beim Lernen zu, nimm den Code mit.',
  projects: 'Deine Projekte',
  loadFailed: 'Die Seite konnte nicht geladen werden.',
  createFailed: 'Das Projekt konnte nicht angelegt werden.',
  openFailed: '„{name}“ konnte nicht geöffnet werden.',
  copyFailed: 'Das Projekt konnte nicht kopiert werden.',
  drop: 'Lege ein Modell (Dokument, Keras-Code, Notebook, gespeichertes Modell) oder Daten hier ab',

  deleteTitle: '„{name}“ löschen?',
  deleteAction: 'Projekt löschen',
  deleteText:
    '{layers} und der Verlauf ({edits}) werden gelöscht. Das lässt sich nicht rückgängig machen.',
  deleteTextWithRuns:
    '{layers}, der Verlauf ({edits}) und {runs} mit den trainierten Modellen werden gelöscht. Das lässt sich nicht rückgängig machen.',
  edits: { one: '{count} Änderung', other: '{count} Änderungen' },
  runs: { one: '{count} Lauf', other: '{count} Läufe' },

  search: 'Projekte durchsuchen',
  nothing: 'Kein Projekt heißt „{query}“.',
  untrained: 'nicht trainiert',
  copy: 'Kopieren',
  copyProject: '{name} kopieren',
  delete: 'Löschen',
  deleteProject: '{name} löschen',
  showAll: { one: '{count} Projekt zeigen', other: 'Alle {count} Projekte zeigen' },

  example: 'Mit einem Beispiel beginnen',
  exampleText:
    'Ein kleines Netz, das in wenigen Sekunden lernt, Schwertlilien zu unterscheiden, mit einem Rundgang durch die Seite.',
  start: 'Beginnen mit',
  empty: 'Leeres Projekt',
  openFile: 'Datei öffnen…',
  pasteCode: 'Code einfügen…',
  file: 'Dokumentdatei',
  loading: 'Vorlagen werden geladen…',
  noData: 'ohne Daten',
  opening: 'Wird geöffnet…',
  tooLarge: '„{name}“ ist größer als 20 MB.',
  tooLargeHint:
    'Speichere die Struktur mit model.to_json() und öffne diese Datei, oder speichere als .keras.',

  pasteTitle: 'Code einfügen',
  pasteHint:
    'Keras-Code mit einem Modell. Er wird gelesen, nie ausgeführt. Was nicht erhalten bleiben kann, wird vor dem Öffnen aufgeführt.',
  pasteLabel: 'Keras-Code',
  pasteFailed: 'Es konnte kein Modell gelesen werden.',
  pasteOpen: 'Als Projekt öffnen',

  pastedCode: 'Der Code',
  openTitle: 'Modell öffnen',
  models: {
    one: '{name} enthält {count} Modell',
    other: '{name} enthält {count} Modelle. Welches soll geöffnet werden?',
  },
  unnamedModel: 'Modell ohne Namen',
  modelLine: 'Zeile {line}',
  modelCell: 'Zeile {line} in Zelle {cell}',
  modelTrained: 'wird im Code trainiert',
  modelUnreadable: 'nicht lesbar',
  questions: {
    one: 'Das Modell braucht einen Wert, der nicht im Code steht:',
    other: 'Das Modell braucht {count} Werte, die nicht im Code stehen:',
  },
  questionNumber: 'Eine Zahl, zum Beispiel 64',
  questionShape: 'Die Größen ohne Batch, zum Beispiel 28, 28, 1',
  questionText: 'Ein Wort, zum Beispiel relu',
  readAgain: 'Noch einmal lesen',
  partialText: 'Diese Teile können nicht erhalten bleiben. Alles andere wird im Projekt sein:',
  leftOutTraining: 'Vom Training',
  leftOutWeights: 'Gewichte',
  leftOutOther: 'Sonstiges',
  unreadable: 'Dieses Modell ist nicht lesbar.',
  partialOpen: 'Projekt öffnen',

  steps: 'So geht es',
  stepLayout: 'Aufbauen',
  stepLayoutText:
    'Ziehe Schichten auf die Zeichenfläche und verbinde sie. Jede Verbindung zeigt ihre Form. Probleme erscheinen dort, wo sie sind, mit einem Weg, sie zu beheben.',
  stepTrain: 'Trainieren',
  stepTrainText:
    'Wähle Daten und drücke „Trainieren“. Die Kurven wachsen, während das Modell lernt. Du kannst weiterarbeiten: Ein Lauf hat seine eigene Kopie.',
  stepTake: 'Mitnehmen',
  stepTakeText:
    'Im Tab „Code“ steht immer das Keras-Programm deines Modells. Kopiere es, oder lade das trainierte Modell herunter.',
}
