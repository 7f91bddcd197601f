import type { Words } from '../en'

/** The tour of five steps through the editor. */
export const tour: Words['tour'] = {
  count: 'Schritt {number} von {of}',
  next: 'Weiter',
  back: 'Zurück',
  leave: 'Rundgang verlassen',
  done: 'Los geht’s',
  graph: 'Ein Netz ist ein Graph',
  graphText:
    'Jede Karte ist eine Schicht, jede Verbindung ein Tensor mit seiner Form. Verschiebe die Karten, oder ziehe eine Verbindung vom Punkt unter einer Karte zum Punkt über einer anderen.',
  layers: 'Schichten hinzufügen',
  layersText:
    'Ziehe eine Schicht auf die Zeichenfläche oder auf eine Verbindung, oder klicke sie an. Ein Doppelklick auf die Zeichenfläche findet sie nach Name oder Zweck.',
  numbers: 'Zahlen ändern',
  numbersText:
    'Wähle eine Karte, und ihre Parameter erscheinen hier. Alle Formen folgen sofort. Was nicht passt, wird rot, sagt, warum, und bietet oft eine Lösung an.',
  train: 'Modell trainieren',
  trainText:
    'Das Beispiel lernt in wenigen Sekunden. Die Kurven entstehen unten während des Trainings, und die Ergebnisse bleiben im Verlauf.',
  code: 'Code mitnehmen',
  codeText:
    'Das ist dasselbe Modell in Python. Bearbeite es hier, und der Graph folgt, oder kopiere es: Es braucht Keras, nicht Layerloom.',
}
