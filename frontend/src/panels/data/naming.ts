/** The lengths of the names that people give to classes and data sets on the Data tab. */
import { t } from '../../words/t'

/** The most characters of the name of a class. */
export const CLASS_NAME_LONGEST = 40
/** The most characters of the name of a data set. */
export const DATA_NAME_LONGEST = 80

/** Return whether a name has too many characters, counted as Python counts them. */
export function isTooLong(name: string, longest: number): boolean {
  return [...name.trim()].length > longest
}

/** Return what is wrong with the names of a data set and its classes, in words; empty if nothing. */
export function wrongNames(name: string, classes: readonly string[]): string {
  if (isTooLong(name, DATA_NAME_LONGEST)) return tooLong(name, DATA_NAME_LONGEST)
  const long = classes.find((one) => isTooLong(one, CLASS_NAME_LONGEST))
  return long === undefined ? '' : tooLong(long, CLASS_NAME_LONGEST)
}

function tooLong(name: string, limit: number): string {
  const start = [...name.trim()].slice(0, 20).join('')
  return t('points.longName', { name: `${start}…`, limit, count: [...name.trim()].length })
}
