/**
 * Every English word of the page: one section for each panel.
 *
 * A message is a text with named arguments in braces, or an object with one text for each plural
 * form, chosen by the argument `count`.
 */
import { actions } from './actions'
import { camera } from './camera'
import { canvas } from './canvas'
import { code } from './code'
import { common } from './common'
import { data } from './data'
import { document } from './document'
import { drawer } from './drawer'
import { editor } from './editor'
import { fields } from './fields'
import { format, metrics } from './format'
import { history } from './history'
import { home } from './home'
import { inside } from './inside'
import { inspector } from './inspector'
import { outline, palette } from './palette'
import { points } from './points'
import { preparation } from './preparation'
import { problems } from './problems'
import { project } from './project'
import { results } from './results'
import { server } from './server'
import { sharing } from './sharing'
import { help, shell } from './shell'
import { summary } from './summary'
import { topbar } from './topbar'
import { tour } from './tour'
import { run, training } from './training'

export const en = {
  actions,
  camera,
  canvas,
  code,
  common,
  data,
  document,
  drawer,
  editor,
  fields,
  format,
  metrics,
  history,
  home,
  inside,
  inspector,
  palette,
  outline,
  points,
  preparation,
  problems,
  server,
  project,
  sharing,
  shell,
  help,
  summary,
  topbar,
  tour,
  results,
  training,
  run,
}

export type En = typeof en

/** The same keys in any language; a language may need other plural forms than English. */
export type Words = {
  readonly [Section in keyof En]: {
    readonly [Name in keyof En[Section]]: En[Section][Name] extends string
      ? string
      : Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>
  }
}
