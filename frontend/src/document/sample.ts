/** Small graphs and layers for tests. */
import type { Edge, Entry, Graph, Node, Param, Port } from '../contract'
import type { Layers } from './layers'
import { EDGE, fill, GRAPH, NODE } from './model'

export function port(name: string, more: Partial<Port> = {}): Port {
  const plain = { variadic: false, optional: false, when: null, count: null, spread: false }
  return { name, ...plain, help: '', ...more }
}

export function param(name: string, type: Param['type'], more: Partial<Param> = {}): Param {
  const words = { name, type, help: '', default: null, choices: [] }
  const flags = { required: false, nullable: false, positional: false, telling: false }
  const limits = { minimum: null, maximum: null, length: null }
  return { ...words, ...flags, ...limits, advanced: false, at_call: false, start: null, ...more }
}

export function entry(name: string, more: Partial<Entry> = {}): Entry {
  const words = {
    path: `keras.layers.${name}`,
    category: 'Core',
    code: '',
    summary: name,
    help: '',
  }
  const ports = { inputs: [port('inputs')], outputs: [port('output')] }
  return {
    name,
    kind: 'layer',
    ...words,
    ...ports,
    params: [],
    takes_training: false,
    ranks: [],
    refused: null,
    ...more,
  }
}

const STATE = { param: 'return_state', equals: true, holding: [] }

export const LAYERS: Layers = new Map(
  [
    entry('Input', { inputs: [], params: [param('shape', 'integers', { telling: true })] }),
    entry('Dense', {
      params: [
        param('units', 'integer', { required: true, telling: true }),
        param('activation', 'activation', { telling: true, nullable: true }),
        param('use_bias', 'boolean', { default: true }),
      ],
    }),
    entry('Add', { inputs: [port('inputs', { variadic: true })] }),
    entry('Attend', {
      inputs: [port('query'), port('value'), port('mask', { optional: true })],
    }),
    entry('LSTM', {
      params: [param('return_state', 'boolean', { default: false })],
      outputs: [port('output'), port('state', { when: STATE })],
    }),
  ].map((layer) => [layer.name, layer]),
)

export function node(id: string, layer = 'Dense', more: Partial<Node> = {}): Node {
  return fill(NODE, { id, layer, ...more }) as unknown as Node
}

/** Make an edge from "a b": a's output feeds b's inputs. */
export function edge(words: string, more: Partial<Edge> = {}): Edge {
  const [source, target] = words.split(' ')
  return fill(EDGE, { id: words.replace(' ', '-'), source, target, ...more }) as unknown as Edge
}

export function graph(nodes: Node[], edges: Edge[] = []): Graph {
  return fill(GRAPH, { id: 'main', nodes, edges }) as unknown as Graph
}
