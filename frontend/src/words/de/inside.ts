import type { Words } from '../en'

/** Die Innenansicht: was im Modell geschieht, auf den Karten. */
export const inside: Words['inside'] = {
  label: 'Innenansicht',
  title: 'Auf den Karten zeigen, was die Schichten aus einer Zeile machen (V)',
  previous: 'Vorige Zeile',
  next: 'Nächste Zeile',
  random: 'Zufällige Zeile',
  row: 'Zeile {row} von {count}',
  run: 'Lauf {number}',
  first: 'erste Gewichte',
  own: 'Eigene Eingabe',
  clear: 'Leeren',
  pad: '{label} zeichnen: Die Pfeiltasten bewegen den Stift, die Leertaste zeichnet',
  value: '{label}, Wert {number}',
  numbers: 'Werte von {label}',
  truth: 'tatsächlich {truths}',

  large: 'Werte groß zeigen',
  channels: { one: '{count} Kanal', other: '{count} Kanäle' },
  channel: 'Kanal {number}',
  weightsOf: 'Gewichte von Kanal {number}',
  place: 'Kanal {channel}, Zeile {row}, Spalte {column}: {value}',
  placeIn: 'Position {column}: {value}',
  point: 'Zeig auf einen Wert, oder geh mit den Pfeiltasten dorthin.',
  cut: 'Gezeigt werden die ersten {kept} von {count} Kanälen.',
  waiting: 'Die Werte werden berechnet.',
  range: 'von {low} bis {high}, Mittelwert {mean}',
  zeros: '{share} Nullen',
  wrong: { one: '{count} Wert ist keine Zahl', other: '{count} Werte sind keine Zahlen' },
  winner: '{label} mit {value}',
}
