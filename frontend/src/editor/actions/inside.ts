/** Leaving a sub-model. */
import { MAIN } from '../../document/submodels'
import type { Editor } from '../editor.svelte'

export const isInside = ({ session }: Editor) => session.location.graphs.length > 1

/** Go back to the enclosing graph. */
export function leave({ session }: Editor): void {
  session.location.enter(session.location.graphs.at(-2) ?? MAIN)
}
