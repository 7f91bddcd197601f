/** A node's most informative parameters in a short line, for its card. */
import type { Entry, Node, Param } from '../contract'
import { t } from '../words/t'
import { only } from './layers'
import { isObject } from './model'

const LONGEST = 24

/** Return the telling values of a node: "32 · 3×3 · same · relu". */
export function tellingLine(node: Node, entry: Entry | undefined, wires: number): string {
  if (!entry) return node.layer === 'Model' ? t('document.subModel') : t('document.notInCatalogue')
  const words = entry.params.map((param) => wordFor(param, node.params)).filter(Boolean)
  if (node.layer === 'Input') words.push(String(node.params.dtype ?? 'float32'))
  if (entry.inputs[0]?.variadic) words.unshift(t('document.inputs', { count: wires }))
  return words.join(' · ')
}

function wordFor(param: Param, params: Node['params']): string {
  const set = Object.hasOwn(params, param.name)
  if (!set && !(param.telling && param.default !== null)) return ''
  if (param.name === 'dtype') return ''
  const value = set ? params[param.name] : param.default
  if (!param.telling && (param.advanced || typeof value === 'object')) return ''
  if (typeof value === 'boolean') return booleanWord(param, value, set)
  return valueWord(value, param)
}

function booleanWord(param: Param, value: boolean, set: boolean): string {
  if (!set) return ''
  const words = param.name.replaceAll('_', ' ')
  return value ? words : t('document.no', { name: words.replace(/^use /, '') })
}

/**
 * Return the parameters that are edited on a card: the telling ones first, then those that the
 * inspector shows at first. A node that shares a layer has its call arguments only.
 */
export function cardParams(
  node: Pick<Node, 'params' | 'shares'>,
  entry: Entry | undefined,
): readonly Param[] {
  const form = entry && node.shares !== null ? only(entry, true) : entry
  const shown = (form?.params ?? []).filter(
    ({ name, advanced, required }) => !advanced || required || Object.hasOwn(node.params, name),
  )
  return shown.toSorted((a, b) => Number(b.telling) - Number(a.telling))
}

/** Return a value in few characters: 3×3, relu, LSTM. */
export function valueWord(value: unknown, param?: Pick<Param, 'type' | 'length'>): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map((item) => valueWord(item) || '?').join('×')
  if (isObject(value)) return typeof value.class === 'string' ? value.class : '…'
  const text = String(value)
  if (typeof value === 'number' && param?.type === 'integer_or_integers' && param.length)
    return Array.from({ length: param.length }, () => text).join('×')
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
