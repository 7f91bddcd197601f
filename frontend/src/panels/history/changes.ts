/** What differs between two documents, and between two runs, in words. */
import type { Document, RunOut } from '../../contract'
import type { Change } from '../../document/difference'
import { labelOf } from '../../document/layers'
import { graphsOf } from '../../document/lookup'
import { metricValue } from '../../words/format'
import { t } from '../../words/t'
import { latest, mainMetric, metricKeys } from '../training/metrics'

const LONGEST = 40

/** Return a change as a line of a list; a removed layer has the name that it had before. */
export function changeWords(change: Change, after: Document, before: Document | null): string {
  const document = (change.kind === 'removed' && before) || after
  if (change.kind === 'setting')
    return t('history.setting', { name: change.name, ...values(change) })
  if (change.kind === 'wires') return wireWords(change)
  const graph = document.graphs.find(({ id }) => id === change.graph)
  const name = labelOf(change.node, { models: graphsOf(document) }, graph)
  if (change.kind === 'changed')
    return t('history.parameter', { layer: name, name: change.name, ...values(change) })
  return t(change.kind === 'added' ? 'history.layerAdded' : 'history.layerRemoved', { name })
}

function values({ from, to }: { from: unknown; to: unknown }): { from: string; to: string } {
  return { from: valueWords(from), to: valueWords(to) }
}

function wireWords({ added, removed }: { added: number; removed: number }): string {
  const parts = [
    added > 0 ? t('history.wiresAdded', { count: added }) : '',
    removed > 0 ? t('history.wiresRemoved', { count: removed }) : '',
  ]
  return parts.filter(Boolean).join(', ')
}

/** Return a value as the page writes it: an object by its class. */
export function valueWords(value: unknown): string {
  if (value === undefined || value === null || value === '') return t('history.unset')
  if (typeof value === 'string') return shortened(value)
  if (typeof value === 'object' && 'class' in value) return String(value.class)
  return shortened(JSON.stringify(value))
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}

/** Return by how much the most telling metric of a run differs from that of an earlier one. */
export function metricChange(run: RunOut, before: RunOut | null): string {
  if (!run.epoch || !before?.epoch) return ''
  const key = mainMetric(metricKeys(run.epoch.metrics))
  const [now, old] = [latest(run.epoch, key), latest(before.epoch, key)]
  if (!now || now.key !== old?.key) return ''
  const by = now.value - old.value
  const sign = by < 0 ? '−' : '+'
  return `${sign}${metricValue(key, Math.abs(by))}`
}
