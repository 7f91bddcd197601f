/** Where pages are. */

/** Return the address of a project's editor. */
export function projectPath(id: string): string {
  return `/projects/${encodeURIComponent(id)}`
}

/** Return the address that makes a copy of a project and opens it. */
export function copyPath(id: string): string {
  return `${projectPath(id)}?copy`
}
