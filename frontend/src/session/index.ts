import { getContext, setContext } from 'svelte'
import type { Session } from './session.svelte'

export { type Parts, Session } from './session.svelte'

const KEY = Symbol('session')

/** Give the session to every component below. */
export function provideSession(session: Session): Session {
  return setContext(KEY, session)
}

/** Return the session of the project that is open. */
export function useSession(): Session {
  return getContext<Session>(KEY)
}
