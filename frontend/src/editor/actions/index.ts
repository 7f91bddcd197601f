/**
 * Everything a person can do, once: the keyboard, the context menu, the search over everything
 * and the help are all drawn from this list.
 */
import type { Action } from './action'
import { EDIT_ACTIONS } from './edit'
import { LAYER_ACTIONS } from './layers'
import { MODEL_ACTIONS } from './model'
import { VIEW_ACTIONS } from './view'

export type { Action, Group } from './action'

export const ACTIONS: readonly Action[] = [
  ...EDIT_ACTIONS,
  ...LAYER_ACTIONS,
  ...VIEW_ACTIONS,
  ...MODEL_ACTIONS,
]

export function action(id: string): Action {
  return ACTIONS.find((action) => action.id === id) as Action
}
