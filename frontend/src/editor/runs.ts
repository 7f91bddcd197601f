/** Starting and stopping runs, and when a run can start, for the top bar, the Training tab and actions. */
import { api, problem, problemsOf } from '../api'
import type { BackendOut, Problem, RunOut, StartIn, StopIn } from '../contract'
import { deviceName, isThere, readDevice } from '../document/devices'
import { labelOf } from '../document/layers'
import { LayerIndex } from '../document/models'
import { graphName, MAIN } from '../document/submodels'
import type { Session } from '../session'
import { annotationOfField, type Draft, graphOfField, nodeOfField } from '../session/drafts.svelte'
import { shortened } from '../words/format'
import { t } from '../words/t'

/** How long edits may take to be saved before a run starts, in milliseconds. */
const PATIENCE = 5_000

const UNSAVED = problem('unsaved', t('editor.unsaved'), t('editor.unsavedHint'))

function show(session: Session, error: unknown): void {
  for (const { message, hint } of problemsOf(error)) session.notices.error(message, hint)
}

/** Return the errors of the document, as far as the checker has reported them. */
export function errorsOf({ verdict }: Pick<Session, 'verdict'>): Problem[] {
  return verdict?.problems.filter(({ severity }) => severity === 'error') ?? []
}

type Ready = Pick<
  Session,
  'saved' | 'verdict' | 'drafts' | 'document' | 'catalogue' | 'environment' | 'viewOnly'
>

/** Why the model can't train now: in words, and where to do something about it. */
interface Obstacle {
  reason: string
  tab?: string
  draft?: Draft
}

function obstacleOf(session: Ready): Obstacle | null {
  if (session.viewOnly) return { reason: t('project.viewOnly') }
  if (session.saved === 'offline') return { reason: t('editor.trainOffline') }
  const [draft] = session.drafts.list
  if (draft) return { reason: draftReason(session, draft), draft }
  if (!session.verdict) return { reason: t('editor.trainUnchecked') }
  const [error, ...more] = errorsOf(session)
  if (error && more.length === 0) return { reason: error.message, tab: 'problems' }
  if (error)
    return { reason: t('editor.trainProblems', { count: more.length + 1 }), tab: 'problems' }
  const empty = session.verdict.problems.find(({ code }) => code === 'empty')
  if (empty) return { reason: empty.message }
  if (!session.document.training.data) return { reason: t('editor.trainNoData'), tab: 'data' }
  return absent(session)
}

/** The backend or the device that this server has not. */
function absent({ document, environment }: Ready): Obstacle | null {
  const { backend, device } = document.target
  const row = environment?.backends.find(({ id }) => id === backend)
  if (row?.version === null)
    return { reason: t('editor.trainNoBackend', { name: row.title }), tab: 'training' }
  if (environment && !isThere(device, environment))
    return { reason: t('editor.trainNoDevice', { name: deviceName(device) }), tab: 'training' }
  return null
}

function draftReason({ document, catalogue }: Ready, { path, label, text }: Draft): string {
  const node = nodeOfField(document, path)
  const graph = graphOfField(document, path)
  text = shortened(text)
  const [plain, ofOwner] = text.trim()
    ? (['editor.trainDraft', 'editor.trainDraftOf'] as const)
    : (['editor.trainEmpty', 'editor.trainEmptyOf'] as const)
  if (!graph) return t(plain, { field: label, text })
  if (!node) return t(ofOwner, { field: label, node: graphName(document, graph.id), text })
  const layers = new LayerIndex().of(catalogue, document)
  const name = labelOf(node, layers, graph)
  return t(ofOwner, { field: label, node: name, text })
}

/** Return why the model can't train now, in words; empty if it can. */
export function trainingObstacle(session: Ready): string {
  return obstacleOf(session)?.reason ?? ''
}

/** Open the panel, and go to the field, where what hinders training can be changed. */
export function showObstacle(session: Session): void {
  const obstacle = obstacleOf(session)
  if (!obstacle) return
  session.notices.show(obstacle.reason)
  if (obstacle.tab) session.view.drawer = { ...session.view.drawer, open: true, tab: obstacle.tab }
  if (obstacle.draft) showField(session, obstacle.draft)
}

function showField(session: Session, draft: Draft): void {
  const node = nodeOfField(session.document, draft.path)
  const annotation = annotationOfField(draft.path)
  if (annotation) {
    session.location.revealAnnotation(annotation, draft.path[1])
    return
  }
  if (node) {
    session.view.right.open = true
    session.location.reveal(node.id, draft.path[1])
  } else if (draft.path[0] === 'training') {
    session.view.drawer = { ...session.view.drawer, open: true, tab: 'training' }
  } else if (draft.path[0] !== 'name') showModel(session, draft.path)
  session.drafts.seek(draft)
}

/** Show what the inspector says about the model, or about a sub-model. */
function showModel(session: Session, path: Draft['path']): void {
  session.view.right.open = true
  session.location.enter(graphOfField(session.document, path)?.id ?? MAIN)
  session.selection.set()
}

/** Whether a run can be started now: nothing hinders it, and no other is in progress or waits. */
export function canTrain(session: Ready & Pick<Session, 'runs'>): boolean {
  return !session.runs.busy && trainingObstacle(session) === ''
}

interface From {
  run: string
  start: StartIn
}

/**
 * Start a run of the present document, perhaps from another one, and open the Training tab.
 *
 * Shows the problems if it fails.
 */
export async function startRun(session: Session, from?: From): Promise<RunOut | null> {
  session.view.drawer = { ...session.view.drawer, open: true, tab: 'training' }
  return started(session, () =>
    from ? api.startFromRun(session.project, from.run, from.start) : api.startRun(session.project),
  )
}

/** The backends of this server that can take part in a race on the devices of the document. */
export function racers({
  environment,
  document,
}: Pick<Session, 'environment' | 'document'>): readonly BackendOut[] {
  const several = readDevice(document.target.device).numbers.length > 1
  const backends = environment?.backends ?? []
  return backends.filter(
    ({ version, old, parallel }) => version !== null && !old && (parallel || !several),
  )
}

/** Why a run can't be paused, though it trains; empty if it can. */
export function pauseObstacle({ environment }: Pick<Session, 'environment'>, run: RunOut): string {
  const row = environment?.backends.find(({ id }) => id === run.backend)
  return row?.old ? t('editor.noPause', { name: row.title }) : ''
}

/** Start a run on each of some backends and compare them; show the problems if it fails. */
export async function startRace(session: Session, backends: readonly string[]): Promise<void> {
  const runs = await started(session, () => api.startRace(session.project, backends))
  if (!runs) return
  session.runs.compared = new Set(runs.map(({ id }) => id))
  session.view.drawer = { ...session.view.drawer, open: true, tab: 'history' }
}

/** Start once everything is saved; show why if that fails. */
async function started<T>(session: Session, start: () => Promise<T>): Promise<T | null> {
  if (session.saved === 'offline' || !(await session.collaboration.settled(PATIENCE))) {
    session.notices.error(UNSAVED.message, UNSAVED.hint)
    return null
  }
  try {
    return await start()
  } catch (error) {
    show(session, error)
    // A GPU may have gone since this page asked.
    if (problemsOf(error).some(({ code }) => code === 'device_missing'))
      void session.lookForDevices()
    return null
  }
}

/** Stop a run with its race, now or after the present epoch; return whether the server accepted. */
export async function stopRun(
  session: Session,
  when: StopIn['when'],
  run = session.runs.active,
): Promise<boolean> {
  if (!run) return false
  try {
    const going = session.runs.raceOf(run).filter(({ outcome }) => outcome === null)
    await Promise.all(going.map(({ id }) => api.stopRun(session.project, id, when)))
    return true
  } catch (error) {
    show(session, error)
    return false
  }
}

/** Pause a run, or let it go on. */
export async function pauseRun(
  session: Session,
  kind: 'pause' | 'resume',
  run = session.runs.active,
): Promise<boolean> {
  if (!run) return false
  try {
    await api.pauseRun(session.project, run.id, kind)
    return true
  } catch (error) {
    show(session, error)
    return false
  }
}

/** Give a waiting run another place, from 1, among those of the same person. */
export async function moveRun(session: Session, run: string, place: number): Promise<void> {
  try {
    session.runs.queued(await api.moveRun(session.project, run, place))
  } catch (error) {
    show(session, error)
  }
}
