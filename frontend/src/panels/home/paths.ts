/** Where pages are. */

/** Return the address of a project's editor. */
export function projectPath(id: string): string {
  return `/projects/${encodeURIComponent(id)}`
}
