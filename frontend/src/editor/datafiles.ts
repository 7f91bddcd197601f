/** Files of data as people name them. */

const ENDINGS =
  /\.(csv|tsv|tab|txt|jsonl|ndjson|parquet|pq|xlsx?|xlsb|ods|npz|npy|zip|tar|tgz|tar\.gz|(csv|tsv|jsonl|ndjson|txt)\.gz)$/i

/** Return whether a file is data by its name; models have other endings. */
export function isDataFile(name: string): boolean {
  return ENDINGS.test(name)
}

/** Return the name of a file without its ending. */
export function titleOf(name: string): string {
  return name.replace(ENDINGS, '')
}
