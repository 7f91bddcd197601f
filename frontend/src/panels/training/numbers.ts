/** The numbers of the training settings as parameters; the limits are those of the document. */
import { FIELDS, type Param, type Training } from '../../contract'
import { t } from '../../words/t'

export type NumberKey = 'epochs' | 'batch_size' | 'split' | 'test_split' | 'seed'

function number(
  name: string,
  help: string,
  type: Param['type'],
  { minimum = null, maximum = null }: { minimum?: number | null; maximum?: number | null } = {},
): Param {
  const flags = { required: false, nullable: false, positional: false, telling: false }
  const unset = { default: null, choices: [], length: null, start: null }
  const more = { ...unset, advanced: false, at_call: false }
  return { name, help, type, minimum, maximum, ...flags, ...more }
}

const LIMITS = FIELDS.Training ?? {}

export const NUMBERS: Record<NumberKey & keyof Training, { label: string; param: Param }> = {
  epochs: {
    label: t('training.epochs'),
    param: number('epochs', t('training.epochsHelp'), 'integer', LIMITS.epochs),
  },
  batch_size: {
    label: t('training.batchSize'),
    param: number('batch_size', t('training.batchSizeHelp'), 'integer', LIMITS.batch_size),
  },
  split: {
    label: t('training.split'),
    param: number('split', t('training.splitHelp'), 'number', LIMITS.split),
  },
  test_split: {
    label: t('training.testSplit'),
    param: number('test_split', t('training.testSplitHelp'), 'number', LIMITS.test_split),
  },
  seed: {
    label: t('training.seed'),
    param: number('seed', t('training.seedHelp'), 'integer', LIMITS.seed),
  },
}

const WEIGHT = FIELDS.OutputTraining?.weight

export const LOSS_WEIGHT = number('weight', t('training.weightHelp'), 'number', WEIGHT)
export const CLASS_WEIGHT = number('class_weight', t('training.classWeightsHelp'), 'number', WEIGHT)
