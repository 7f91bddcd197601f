/** What the server answers over HTTP, for tests of a session: nothing is installed. */
export const api = {
  catalogue: async () => ({ keras: '3', categories: [], layers: [], objects: [] }),
  environment: async () => ({ version: '1', keras: '3', backends: [], devices: [] }),
  dataSets: async () => [],
}
