/** Which page an address means. */
export type Page = { page: 'home' } | { page: 'editor' | 'copy'; project: string }

/** Return the page of an address, given as its path and its query. */
export function route(path: string, query = ''): Page {
  const project = /^\/projects\/([^/]+)\/?$/.exec(path)?.[1]
  if (!project) return { page: 'home' }
  const page = new URLSearchParams(query).has('copy') ? 'copy' : 'editor'
  return { page, project: decodeURIComponent(project) }
}
