/** Other words for a layer, in the page's language. */
import { language } from './language'

/** Return the words that people also type for the layer of this name. */
export function aliasesOf(layer: string): string {
  const { aliases } = language
  return Object.hasOwn(aliases, layer) ? (aliases[layer] as string) : ''
}
