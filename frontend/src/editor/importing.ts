/** Reads a file as a document, and lays it out where the file does not say where its nodes lie. */
import { api } from '../api'
import type { Document, Graph, ImportOut } from '../contract'
import { layOut } from './arranging'

/** @throws ApiError with the problems of a file that holds no model. */
export async function importModel(
  ...request: Parameters<typeof api.importModel>
): Promise<ImportOut> {
  const read = await api.importModel(...request)
  if (!read.document || read.placed) return read
  return { ...read, document: await laidOut(read.document) }
}

async function laidOut(document: Document): Promise<Document> {
  const graphs = await Promise.all(document.graphs.map(arranged))
  return { ...document, graphs }
}

async function arranged(graph: Graph): Promise<Graph> {
  const positions = await layOut(graph)
  const nodes = graph.nodes.map((node) => ({
    ...node,
    position: positions.get(node.id) ?? node.position,
  }))
  return { ...graph, nodes }
}
