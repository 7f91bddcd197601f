/** Where pages are. */

/** Return the address of a project's editor. */
export function projectPath(id: string): string {
  return `/projects/${encodeURIComponent(id)}`
}

/** Return the address that makes a copy of a project and opens it. */
export function copyPath(id: string): string {
  return `${projectPath(id)}?copy`
}

const SENT = /^#data=(.+)$/

/** Return the address of a project that trains on a file once it has been read. */
export function sentPath(project: string, file: string): string {
  return `${projectPath(project)}#data=${encodeURIComponent(file)}`
}

/** Return the file that an address's fragment names. */
export function sentFile(fragment: string): string | null {
  const file = SENT.exec(fragment)?.[1]
  return file ? decodeURIComponent(file) : null
}
