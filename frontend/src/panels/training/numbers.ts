/** The numbers of the training settings as parameters; the limits are those of the document. */
import { FIELDS, type Param, type Training } from '../../contract'
import { paramOf } from '../../widgets/params'
import { t } from '../../words/t'

export type NumberKey =
  | 'epochs'
  | 'batch_size'
  | 'split'
  | 'test_split'
  | 'seed'
  | 'steps_per_execution'

const LIMITS = FIELDS.Training ?? {}

export const NUMBERS: Record<NumberKey & keyof Training, { label: string; param: Param }> = {
  epochs: {
    label: t('training.epochs'),
    param: paramOf('epochs', 'integer', { help: t('training.epochsHelp'), ...LIMITS.epochs }),
  },
  batch_size: {
    label: t('training.batchSize'),
    param: paramOf('batch_size', 'integer', {
      help: t('training.batchSizeHelp'),
      ...LIMITS.batch_size,
    }),
  },
  split: {
    label: t('training.split'),
    param: paramOf('split', 'number', { help: t('training.splitHelp'), ...LIMITS.split }),
  },
  test_split: {
    label: t('training.testSplit'),
    param: paramOf('test_split', 'number', {
      help: t('training.testSplitHelp'),
      ...LIMITS.test_split,
    }),
  },
  steps_per_execution: {
    label: t('training.stepsPerExecution'),
    param: paramOf('steps_per_execution', 'integer', {
      help: t('training.stepsPerExecutionHelp'),
      ...LIMITS.steps_per_execution,
    }),
  },
  seed: {
    label: t('training.seed'),
    param: paramOf('seed', 'integer', { help: t('training.seedHelp'), ...LIMITS.seed }),
  },
}

const WEIGHT = FIELDS.OutputTraining?.weight

export const LOSS_WEIGHT = paramOf('weight', 'number', {
  help: t('training.weightHelp'),
  ...WEIGHT,
})
export const CLASS_WEIGHT = paramOf('class_weight', 'number', {
  help: t('training.classWeightsHelp'),
  ...WEIGHT,
})
