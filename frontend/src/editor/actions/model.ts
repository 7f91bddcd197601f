/** Training. */
import { t } from '../../words/t'
import { canTrain, startRun, stopRun } from '../runs'
import type { Action } from './action'

export const MODEL_ACTIONS: readonly Action[] = [
  {
    id: 'train',
    label: t('actions.train'),
    group: 'model',
    keys: ['Mod+Enter'],
    when: ({ session }) => canTrain(session),
    perform: ({ session }) => void startRun(session),
  },
  {
    id: 'stop',
    label: t('actions.stop'),
    group: 'model',
    keys: [],
    when: ({ session }) => session.runs.active !== null,
    perform: ({ session }) => void stopRun(session, 'now'),
  },
]
