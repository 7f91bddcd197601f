/** How a value comes about, with its numbers. */
import type { Arithmetic, Detail } from '../../../contract'
import { measure } from '../../../words/format'
import { t } from '../../../words/t'

/** Signs between numbers that follow each other. */
const SIGNS: Partial<Record<Arithmetic['kind'], string>> = {
  total: ' + ',
  difference: ' − ',
  product: ' · ',
}

/** Why a value has no arithmetic. */
export function reasons(): Record<NonNullable<Detail['untold']>, string> {
  return { steps: t('inside.untoldSteps'), other: t('inside.untold') }
}

/** Return the arithmetic of a value: "1·2 + 3·4 + 1 (bias) = 15". */
export function formula(told: Arithmetic): string {
  const { kind, terms, more, result, value } = told
  const after = Math.abs(result - value) > 1e-5 * Math.max(1, Math.abs(result))
  const end = `${measure(result)}${after ? ` → ${measure(value)}` : ''}`
  const numbers = terms.map(([number = 0]) => measure(number))
  const sign = SIGNS[kind]
  if (sign) return `${numbers.join(sign)} = ${end}`
  if (kind === 'sum' || kind === 'attention') return `${parts(told).join(' + ')} = ${end}`
  if (more > 0) numbers.push(t('inside.numbersMore', { count: more }))
  const words = { max: 'inside.maximum', min: 'inside.minimum', mean: 'inside.mean' } as const
  const name = words[kind as keyof typeof words]
  return t(name, { numbers: numbers.join('; '), value: measure(value) })
}

function parts({ terms, more, left_out, bias }: Arithmetic): string[] {
  const found = terms.map((factors) => factors.map(measure).join('·'))
  if (more > 0) found.push(t('inside.sumRest', { sum: measure(left_out), count: more }))
  if (bias !== null) found.push(t('inside.sumBias', { bias: measure(bias) }))
  return found.length > 0 ? found : [measure(0)]
}
