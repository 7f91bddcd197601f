/** Values of the document that are no layer's parameters, as parameters: their fields are the same. */
import type { Param } from '../contract'

interface Limits {
  help?: string
  nullable?: boolean
  minimum?: number | null
  maximum?: number | null
}

/** Return a parameter of a name and type; nothing typed means none, if it may be null. */
export function paramOf(
  name: string,
  type: Param['type'],
  { help = '', nullable = false, minimum = null, maximum = null }: Limits = {},
): Param {
  const flags = { required: false, positional: false, telling: false, advanced: false }
  const unset = { default: null, choices: [], length: null, start: null, at_call: false }
  return { name, help, type, nullable, minimum, maximum, ...flags, ...unset }
}
