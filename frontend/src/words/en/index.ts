/**
 * Every English word of the page: one section for each panel.
 *
 * A message is a text with named arguments in braces, or an object with one text for each plural
 * form, chosen by the argument `count`.
 */
import { common } from './common'
import { format, metrics } from './format'
import { history } from './history'

export const en = { common, format, metrics, history }

export type En = typeof en

/** The same keys in any language; a language may need other plural forms than English. */
export type Words = {
  readonly [Section in keyof En]: {
    readonly [Name in keyof En[Section]]: En[Section][Name] extends string
      ? string
      : Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>
  }
}
