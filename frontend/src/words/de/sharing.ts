import type { Words } from '../en'

/** Datensätze, die mehrere Projekte verwenden. */
export const sharing: Words['sharing'] = {
  open: 'Aus einem anderen Projekt…',
  openHint: 'Verwende einen Datensatz eines anderen Projekts; nichts wird hochgeladen.',
  title: 'Datensätze anderer Projekte',
  loading: 'Datensätze werden gesucht…',
  failed: 'Die Datensätze anderer Projekte konnten nicht aufgelistet werden.',
  nothing: 'Kein anderes Projekt auf der Startseite hat Daten, die hier fehlen.',
  from: { one: '{count} Zeile · aus {project}', other: '{count} Zeilen · aus {project}' },
  use: 'Verwenden',
  useOf: 'Verwenden: {title}',
  link: 'Link eines anderen Projekts',
  linkHint: 'Ein Link zum Bearbeiten oder zum Ansehen genügt.',
  look: 'Seine Datensätze zeigen',
  noLink: 'Das ist nicht der Link eines Projekts.',
  empty: 'Dieses Projekt hat keine Daten, die hier fehlen.',
  linkedProject: 'dem Projekt mit diesem Link',
  kept: 'In {projects} bleibt er erhalten.',
  keptElsewhere: 'Projekte, die ihn auch verwenden, behalten ihn.',
}
