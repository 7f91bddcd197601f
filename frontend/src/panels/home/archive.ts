/** Leaves the weights of a model's archive behind, so that only its structure is sent to the server. */

/** Members that take more than this in the archive are weights: emptied, they keep their names. */
const LARGEST_MEMBER = 4_000_000
/** The names of members that only models have. */
const OF_MODELS = /(^|\/)(config\.json|keras_metadata\.pb|saved_model\.pb)$/
/** Bytes of a directory; a member takes about 100. */
const LARGEST_DIRECTORY = 1_000_000

/** Sizes and signatures of ZIP's records (PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16). */
const LOCAL = { size: 30, signature: 0x04034b50 }
const ENTRY = { size: 46, signature: 0x02014b50 }
const END = { size: 22, signature: 0x06054b50 }

/** A member as the directory describes it; `record` is its entry there. */
interface Member {
  record: Uint8Array<ArrayBuffer>
  name: Uint8Array<ArrayBuffer>
  packed: number
  offset: number
}

/**
 * Return an archive with the same names in which large members are empty.
 *
 * The file is read in slices: its directory, and the members that are kept. Null for a file that
 * is no archive, or one that Keras would not write: the server says what is wrong with those.
 */
export async function withoutWeights(file: Blob): Promise<Blob | null> {
  const members = await readDirectory(file)
  if (members === null) return null
  const parts: BlobPart[] = []
  const directory: Uint8Array<ArrayBuffer>[] = []
  let offset = 0
  for (const member of members) {
    const empty = member.packed > LARGEST_MEMBER
    const part = empty ? emptyMember(member) : await wholeMember(file, member)
    directory.push(entryAt(member, offset, empty))
    parts.push(part)
    offset += part instanceof Blob ? part.size : part.byteLength
  }
  return new Blob([...parts, ...directory, end(directory, offset)])
}

/** Return whether an archive holds a model, by the names in its directory. */
export async function holdsModel(file: Blob): Promise<boolean> {
  const members = (await readDirectory(file)) ?? []
  return members.some(({ name }) => OF_MODELS.test(new TextDecoder().decode(name)))
}

async function readDirectory(file: Blob): Promise<Member[] | null> {
  const last = view(await bytes(file, file.size - END.size, file.size))
  if (last.byteLength < END.size || last.getUint32(0, true) !== END.signature) return null
  const [count, size, start] = [
    last.getUint16(10, true),
    last.getUint32(12, true),
    last.getUint32(16, true),
  ]
  if (size > LARGEST_DIRECTORY) return null
  const directory = await bytes(file, start, start + size)
  const members: Member[] = []
  for (let at = 0; members.length < count; ) {
    const member = readEntry(directory, at)
    if (member === null) return null
    members.push(member)
    at += member.record.byteLength
  }
  return members
}

function readEntry(directory: Uint8Array<ArrayBuffer>, at: number): Member | null {
  const fields = view(directory.slice(at, at + ENTRY.size))
  if (fields.byteLength < ENTRY.size || fields.getUint32(0, true) !== ENTRY.signature) return null
  const length = fields.getUint16(28, true)
  const whole = ENTRY.size + length + fields.getUint16(30, true) + fields.getUint16(32, true)
  return {
    record: directory.slice(at, at + whole),
    name: directory.slice(at + ENTRY.size, at + ENTRY.size + length),
    packed: fields.getUint32(20, true),
    offset: fields.getUint32(42, true),
  }
}

/** A member as it is in the file: its header, which may be longer than the directory says, and content. */
async function wholeMember(file: Blob, { offset, packed }: Member): Promise<Blob> {
  const header = view(await bytes(file, offset, offset + LOCAL.size))
  const names =
    header.byteLength < LOCAL.size ? 0 : header.getUint16(26, true) + header.getUint16(28, true)
  return file.slice(offset, offset + LOCAL.size + names + packed)
}

/** The header of a stored member without content. */
function emptyMember({ name }: Member): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(LOCAL.size + name.byteLength)
  view(result).setUint32(0, LOCAL.signature, true)
  view(result).setUint16(26, name.byteLength, true)
  result.set(name, LOCAL.size)
  return result
}

/** The entry of a member that has moved to `offset`, and may be empty now. */
function entryAt({ record }: Member, offset: number, empty: boolean): Uint8Array<ArrayBuffer> {
  const result = record.slice()
  const fields = view(result)
  fields.setUint32(42, offset, true)
  if (empty) {
    fields.setUint16(8, 0, true) // flags
    fields.setUint16(10, 0, true) // stored, not compressed
    for (const at of [16, 20, 24]) fields.setUint32(at, 0, true) // checksum and both sizes
  }
  return result
}

function end(
  directory: readonly Uint8Array<ArrayBuffer>[],
  offset: number,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(END.size)
  const fields = view(result)
  fields.setUint32(0, END.signature, true)
  fields.setUint16(8, directory.length, true)
  fields.setUint16(10, directory.length, true)
  fields.setUint32(
    12,
    directory.reduce((sum, entry) => sum + entry.byteLength, 0),
    true,
  )
  fields.setUint32(16, offset, true)
  return result
}

async function bytes(file: Blob, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.slice(Math.max(from, 0), to).arrayBuffer())
}

function view(data: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength)
}
