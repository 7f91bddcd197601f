import type { Operation, Problem } from '../contract'
import type { Session } from '../session'

/** Apply the fix that comes with a problem, as one step that can be undone. */
export function mend(session: Session, { fix }: Problem): void {
  if (!fix) return
  // The contract gives a fix's operations as plain JSON; applying them validates them.
  session.edit(fix.operations as unknown as Operation[])
  session.notices.announce(`Done: ${fix.label}`)
}
