import type { Words } from '../en'

/** Problems of requests to the server that the page words itself. */
export const server: Words['server'] = {
  pageError: 'Auf der Seite ist etwas schiefgegangen.',
  notFound: 'Das gibt es nicht oder nicht mehr.',
  serverError: 'Der Server hat mit einem Fehler geantwortet ({status}).',
  serverErrorHint:
    'Einzelheiten stehen im Protokoll des Servers. Vielleicht hilft ein neuer Versuch.',
  unreachable: 'Der Server ist nicht erreichbar.',
  unreachableHint: 'Prüfe, ob Layerloom noch läuft (make run), und versuche es noch einmal.',
}
