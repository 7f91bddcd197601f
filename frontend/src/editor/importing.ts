/** Reads a file as a document, and lays it out where the file does not say where its nodes lie. */
import { api } from '../api'
import type { Document, Graph, ImportOut } from '../contract'
import { layOut } from './arranging'

/** @throws ApiError with the problems of a file that holds no model. */
export async function importModel(
  ...request: Parameters<typeof api.importModel>
): Promise<ImportOut> {
  return placed(await api.importModel(...request))
}

/**
 * Send a file that is too large for one request in parts, and read it as a document.
 *
 * @throws ApiError with the problems of a file that holds no model.
 */
export async function importLarge(file: Blob): Promise<ImportOut> {
  const upload = await api.beginModelUpload(file.size)
  try {
    for (let offset = 0; offset < file.size; offset += upload.part) {
      const part = file.slice(offset, offset + upload.part)
      await api.continueModelUpload(upload, offset, part)
    }
    return await placed(await api.importUploaded(upload))
  } catch (error) {
    // What can't be deleted now, the server removes after a day.
    await api.cancelModelUpload(upload).catch(() => null)
    throw error
  }
}

async function placed(read: ImportOut): Promise<ImportOut> {
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
