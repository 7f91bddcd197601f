/** What every project needs and no project changes: asked for once, as early as can be. */
import { api } from '../api'
import type { Catalogue, DataSet, Environment } from '../contract'

type Shared = [Catalogue, Environment, DataSet[]]

let asked: Promise<Shared> | null = null

/** Return the catalogue, the environment and the data sets; a failure is asked again next time. */
export function loadShared(): Promise<Shared> {
  asked ??= Promise.all([api.catalogue(), api.environment(), api.dataSets()]).catch((error) => {
    asked = null
    throw error
  })
  return asked
}
