/** Which page an address means. */
export type Page = { page: 'home' } | { page: 'editor'; project: string }

export function route(path: string): Page {
  const project = /^\/projects\/([^/]+)\/?$/.exec(path)?.[1]
  return project ? { page: 'editor', project: decodeURIComponent(project) } : { page: 'home' }
}
