/** Starting and stopping runs: what the top bar and the Training tab both do. */
import { api, problem, problemsOf } from '../api'
import type { RunOut, StopIn } from '../contract'
import type { Session } from '../session'
import { activeRun } from '../session/active'
import { settled } from '../session/settled.svelte'

const UNSAVED = problem(
  'unsaved',
  'The latest edits are not saved yet, so the run would not know them.',
  'Wait until the connection is back, then press Train again.',
)

function show(session: Session, error: unknown): void {
  for (const { message, hint } of problemsOf(error)) session.notices.error(message, hint)
}

/** Start a run of the document as it is now, and open the Training tab; say so when it fails. */
export async function startRun(session: Session): Promise<RunOut | null> {
  session.drawer.open = true
  session.drawer.tab = 'training'
  if (!(await settled(session))) {
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

/** Stop the run that is under way, now or once its present epoch has ended; whether it heard. */
export async function stopRun(session: Session, when: StopIn['when']): Promise<boolean> {
  const run = activeRun(session.runs)
  if (!run) return false
  try {
    await api.stopRun(run.id, when)
    return true
  } catch (error) {
    show(session, error)
    return false
  }
}
