import type { Words } from '../en'

/** Bilder, die mit der Kamera aufgenommen werden, als Datensatz. */
export const camera: Words['camera'] = {
  open: 'Bilder aufnehmen…',
  openHint: 'Nimm mit der Kamera Bilder jeder Klasse auf und trainiere damit.',
  title: 'Mit der Kamera aufnehmen',
  file: 'Bilder',
  view: 'Bild der Kamera',
  waiting: 'Warten auf die Kamera. Vielleicht fragt der Browser, ob diese Seite sie benutzen darf.',
  insecure:
    'Browser geben die Kamera nur sicheren Seiten: Öffne Layerloom als https:// oder auf diesem Rechner als http://localhost.',
  refused:
    'Der Browser lässt diese Seite die Kamera nicht benutzen. Erlaube es in den Einstellungen des Browsers für diese Seite.',
  none: 'Es wurde keine Kamera gefunden. Schließe eine an.',
  busy: 'Die Kamera konnte nicht gestartet werden. Vielleicht benutzt sie ein anderes Programm.',
  again: 'Noch einmal versuchen',
  size: 'Größe eines Bilds',
  hint: 'Halte einen Knopf gedrückt, um zehn Bilder pro Sekunde aufzunehmen. Drücke auf ein Bild, um es zu löschen.',
  privacy: 'Die Bilder bleiben in diesem Browser, bis du sie verwendest.',
  nameOf: 'Name von Klasse {number}',
  count: { one: '{count} Bild', other: '{count} Bilder' },
  removeClass: '{name} und ihre Bilder entfernen',
  hold: 'Zum Aufnehmen gedrückt halten',
  holdFor: 'Zum Aufnehmen gedrückt halten: {name}',
  recording: 'Aufnahme läuft…',
  clear: 'Alle löschen',
  clearOf: 'Alle löschen: Bilder von {name}',
  picturesOf: 'Bilder von {name}',
  deletePicture: 'Bild {number} von {name} löschen',
  more: 'noch {count}',
  fewPictures: 'Nimm von mindestens zwei Klassen je zwei Bilder auf.',
  use: 'Diese Bilder verwenden',
}
