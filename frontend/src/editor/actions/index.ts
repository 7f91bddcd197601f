/**
 * Everything a person can do, once: the keyboard, the context menu, the search over everything
 * and the help are all drawn from this list.
 */
import type { Action } from './action'
import { EDIT_ACTIONS } from './edit'
import { EXPORT_ACTIONS } from './export'
import { LAYER_ACTIONS } from './layers'
import { MODEL_ACTIONS } from './model'
import { VIEW_ACTIONS } from './view'

export type { Action, Group } from './action'

/** An action that changes the project is not offered to who may only view it. */
function permitted(action: Action): Action {
  if (action.views || action.group === 'view') return action
  return { ...action, when: (editor) => !editor.session.viewOnly && action.when(editor) }
}

export const ACTIONS: readonly Action[] = [
  ...EDIT_ACTIONS,
  ...LAYER_ACTIONS,
  ...VIEW_ACTIONS,
  ...MODEL_ACTIONS,
  ...EXPORT_ACTIONS,
].map(permitted)

/** What the menu “Document” offers, too. */
export const EXPORTS: readonly Action[] = EXPORT_ACTIONS.map(({ id }) => action(id))

export function action(id: string): Action {
  return ACTIONS.find((action) => action.id === id) as Action
}
