/** Training. */
import { t } from '../../words/t'
import { canTrain, pauseObstacle, pauseRun, startRun, stopRun } from '../runs'
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
    id: 'pause',
    label: t('actions.pause'),
    group: 'model',
    keys: [],
    when: ({ session }) => {
      const run = session.runs.active
      return run?.phase === 'training' && pauseObstacle(session, run) === ''
    },
    perform: ({ session }) => void pauseRun(session, 'pause'),
  },
  {
    id: 'resume',
    label: t('actions.resume'),
    group: 'model',
    keys: [],
    when: ({ session }) => session.runs.active?.phase === 'paused',
    perform: ({ session }) => void pauseRun(session, 'resume'),
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
