/** Problems as a list: the worst first, each with the place it concerns. */
import type { Document, Problem } from '../../contract'
import { graphsOf, lookup } from '../../document/lookup'
import { titleOf } from '../../document/submodels'
import { t } from '../../words/t'

const RANK: Record<Problem['severity'], number> = { error: 0, warning: 1, note: 2 }

/** Return the problems by severity; within a severity, in the checker's order. */
export function ranked(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => RANK[a.severity] - RANK[b.severity])
}

/** Return "2 errors, 1 warning". */
export function tally(problems: readonly Problem[]): string {
  const number = (severity: Problem['severity']) =>
    problems.filter((problem) => problem.severity === severity).length
  const counts: [number, 'problems.errors' | 'problems.warnings' | 'problems.notes'][] = [
    [number('error'), 'problems.errors'],
    [number('warning'), 'problems.warnings'],
    [number('note'), 'problems.notes'],
  ]
  return counts
    .filter(([count]) => count > 0)
    .map(([count, key]) => t(key, { count }))
    .join(', ')
}

export interface Place {
  /** The place in words: "conv_1 · kernel_size". */
  words: string
  node: string | null
  edge: string | null
}

/** Return where a problem is. */
export function placeOf(document: Document, problem: Problem): Place {
  const graph = graphsOf(document).get(problem.graph ?? '')
  const members = graph && lookup(graph)
  const edge = members?.edges.get(problem.edge ?? '')
  const node = members?.nodes.get(problem.node ?? edge?.target ?? '')
  const names = [
    graph && graph.id !== 'main' ? graph.name || graph.id : '',
    graph && node ? titleOf(document, graph, node) : '',
    problem.param ?? problem.port ?? '',
  ]
  const words = names.filter(Boolean).join(' · ') || t('problems.model')
  return { words, node: node?.id ?? null, edge: edge?.id ?? null }
}
