import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { withoutWeights } from './archive'

const folder = mkdtempSync(join(tmpdir(), 'archive-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes an archive as Keras does: the size of the weights is not known when their header is. */
const WRITE = `
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("metadata.json", '{"keras_version": "3.3.0"}')
    with archive.open("model.weights.h5", "w", force_zip64=True) as weights:
        weights.write(os.urandom(5_000_000))
    archive.writestr("config.json", '{"class_name": "Sequential"}')
    archive.writestr("assets/text/vocabulary.txt", "a\\nb\\n")
`
const READ = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps({name: archive.read(name).decode() for name in archive.namelist()}))
`

function python(script: string, ...paths: string[]): string {
  return execFileSync('python3', ['-c', script, ...paths], { encoding: 'utf8' })
}

it('empties large members and keeps the others as they are', async () => {
  const [whole, small] = ['whole.keras', 'small.keras'].map((name) => join(folder, name)) as [
    string,
    string,
  ]
  python(WRITE, whole)
  const slim = await withoutWeights(new Blob([readFileSync(whole)]))
  expect(slim?.size).toBeLessThan(1_000)
  writeFileSync(small, new Uint8Array((await slim?.arrayBuffer()) ?? new ArrayBuffer(0)))
  expect(JSON.parse(python(READ, small))).toEqual({
    'metadata.json': '{"keras_version": "3.3.0"}',
    'model.weights.h5': '',
    'config.json': '{"class_name": "Sequential"}',
    'assets/text/vocabulary.txt': 'a\nb\n',
  })
})

it.each([
  ['an empty file', []],
  ['a file that is no archive', Array(1_000).fill(7)],
  [
    'an end record alone, of a directory that is not there',
    [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 9, 0, 9, 0, 99, ...Array(9).fill(0)],
  ],
  [
    'a directory that is too large',
    [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 9, 0, 9, 0, 255, 255, 255, ...Array(7).fill(9)],
  ],
])('leaves %s to the server', async (_, content) => {
  expect(await withoutWeights(new Blob([new Uint8Array(content)]))).toBeNull()
})
