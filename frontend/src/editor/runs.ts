/** Starting and stopping runs, and when a run can start, for the top bar, the Training tab and actions. */
import { api, problem, problemsOf } from '../api'
import type { Problem, RunOut, StopIn } from '../contract'
import type { Session } from '../session'
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

/** Return why the model can't train now, in words; empty if it can. */
export function trainingObstacle(session: Pick<Session, 'saved' | 'verdict'>): string {
  if (session.saved === 'offline') return t('editor.trainOffline')
  if (!session.verdict) return t('editor.trainUnchecked')
  const errors = errorsOf(session)
  if (errors.length === 1) return errors[0]?.message ?? ''
  return errors.length > 0 ? t('editor.trainProblems', { count: errors.length }) : ''
}

/** Whether a run can be started now: nothing hinders it, and no other run is active. */
export function canTrain(session: Pick<Session, 'saved' | 'verdict' | 'runs'>): boolean {
  return session.runs.active === null && trainingObstacle(session) === ''
}

/** Start a run of the present document and open the Training tab; show the problems if it fails. */
export async function startRun(session: Session): Promise<RunOut | null> {
  session.view.drawer.open = true
  session.view.drawer.tab = 'training'
  if (session.saved === 'offline' || !(await session.collaboration.settled(PATIENCE))) {
    session.notices.error(UNSAVED.message, UNSAVED.hint)
    return null
  }
  try {
    return await api.startRun(session.project)
  } catch (error) {
    show(session, error)
    return null
  }
}

/** Stop the active run, now or after its present epoch; return whether the server accepted. */
export async function stopRun(session: Session, when: StopIn['when']): Promise<boolean> {
  const run = session.runs.active
  if (!run) return false
  try {
    await api.stopRun(run.id, when)
    return true
  } catch (error) {
    show(session, error)
    return false
  }
}
