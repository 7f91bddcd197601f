/**
 * ZIP archives whose members are stored as they are (PKWARE's APPNOTE 6.3, section 4.3).
 *
 * Pictures are compressed already, so that nothing is gained by compressing them again.
 */

export interface ZipMember {
  name: string
  content: Uint8Array<ArrayBuffer>
}

const LOCAL = { size: 30, signature: 0x04034b50 }
const ENTRY = { size: 46, signature: 0x02014b50 }
const END = { size: 22, signature: 0x06054b50 }
const VERSION = 20
/** The name is UTF-8. */
const UTF8 = 0x0800
/** 1980-01-01, the earliest date that there is. */
const DATE = 0x21

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

/** Return the CRC-32 of bytes. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

/** Return an archive of at most 65,535 members and 4 GB. */
export function zipped(members: readonly ZipMember[]): Blob {
  const parts: BlobPart[] = []
  const directory: Uint8Array<ArrayBuffer>[] = []
  let offset = 0
  for (const { name, content } of members) {
    const title = new TextEncoder().encode(name)
    const facts = factsOf(title, content)
    const head = record(LOCAL, title.length)
    head.set(facts, 4)
    head.set(title, LOCAL.size)
    const entry = record(ENTRY, title.length)
    new DataView(entry.buffer).setUint16(4, VERSION, true)
    entry.set(facts, 6)
    new DataView(entry.buffer).setUint32(42, offset, true)
    entry.set(title, ENTRY.size)
    parts.push(head, content)
    directory.push(entry)
    offset += head.length + content.length
  }
  return new Blob([...parts, ...directory, end(directory, offset)], { type: 'application/zip' })
}

function record({ size, signature }: typeof LOCAL, extra = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size + extra)
  new DataView(bytes.buffer).setUint32(0, signature, true)
  return bytes
}

/** The 26 bytes that a member's header and its entry in the directory share. */
function factsOf(title: Uint8Array, content: Uint8Array): Uint8Array {
  const facts = new DataView(new ArrayBuffer(26))
  facts.setUint16(0, VERSION, true)
  facts.setUint16(2, UTF8, true)
  facts.setUint16(8, DATE, true)
  facts.setUint32(10, crc32(content), true)
  facts.setUint32(14, content.length, true)
  facts.setUint32(18, content.length, true)
  facts.setUint16(22, title.length, true)
  return new Uint8Array(facts.buffer)
}

function end(directory: readonly Uint8Array[], offset: number): Uint8Array<ArrayBuffer> {
  const bytes = record(END)
  const view = new DataView(bytes.buffer)
  view.setUint16(8, directory.length, true)
  view.setUint16(10, directory.length, true)
  view.setUint32(
    12,
    directory.reduce((sum, { length }) => sum + length, 0),
    true,
  )
  view.setUint32(16, offset, true)
  return bytes
}
