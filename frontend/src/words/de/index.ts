/** Every German word of the page; docs/house.md lists its terms. */
import type { Words } from '../en'
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

export const de: Words = {
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
