import type { Session } from '.'

/**
 * Resolve with true once every edit made so far is saved on the server, with false when that has
 * not come about within `patience` milliseconds or the connection is gone.
 */
export function settled(session: Session, patience = 5_000): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (saved: boolean) => {
      clearTimeout(timer)
      // The effect may be running for the first time, when `stop` is not there yet.
      queueMicrotask(() => stop())
      resolve(saved)
    }
    const timer = setTimeout(() => finish(false), patience)
    const stop = $effect.root(() => {
      $effect(() => {
        if (session.saved !== 'saving') finish(session.saved === 'saved')
      })
    })
  })
}
