/** Starting and stopping runs: what the top bar and the Training tab both do. */
import { api, problem, problemsOf } from '../api'
import type { RunOut, StopIn } from '../contract'
import type { Session } from '../session'
import { t } from '../words/t'

/** How long edits may take to be saved before a run starts, in milliseconds. */
const PATIENCE = 5_000

const UNSAVED = problem('unsaved', t('editor.unsaved'), t('editor.unsavedHint'))

function show(session: Session, error: unknown): void {
  for (const { message, hint } of problemsOf(error)) session.notices.error(message, hint)
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
