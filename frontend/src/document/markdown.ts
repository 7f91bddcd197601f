/**
 * A small part of Markdown, parsed into plain values: the page draws elements from them, so that no
 * text of a note is ever taken for HTML.
 */

export type Inline =
  | { type: 'text' | 'bold' | 'italic' | 'code'; text: string }
  | { type: 'link'; text: string; href: string }

export type Block =
  | { type: 'heading' | 'paragraph'; level: number; parts: Inline[] }
  | { type: 'list'; ordered: boolean; items: Inline[][] }
  | { type: 'pre'; text: string }

const INLINE =
  /\*\*(?<bold>[^*]+)\*\*|[*_](?<italic>[^*_]+)[*_]|`(?<code>[^`]+)`|\[(?<label>[^\]]+)\]\((?<href>[^)\s]+)\)/g
const SAFE = /^(https?:|mailto:)/i

/** Parse the words of one line. Links to anything but web pages and mail are text. */
export function inline(text: string): Inline[] {
  const parts: Inline[] = []
  let end = 0
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) parts.push({ type: 'text', text: text.slice(end, match.index) })
    parts.push(part(match))
    end = match.index + match[0].length
  }
  if (end < text.length) parts.push({ type: 'text', text: text.slice(end) })
  return parts
}

function part(match: RegExpMatchArray): Inline {
  const { bold, italic, code, label = '', href } = match.groups ?? {}
  if (bold !== undefined) return { type: 'bold', text: bold }
  if (italic !== undefined) return { type: 'italic', text: italic }
  if (code !== undefined) return { type: 'code', text: code }
  if (href !== undefined && SAFE.test(href)) return { type: 'link', text: label, href }
  return { type: 'text', text: match[0] }
}

/** Parse a text into headings, lists, code and paragraphs. */
export function markdown(text: string): Block[] {
  const blocks: Block[] = []
  let open = false
  let fenced: string[] | null = null
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) {
      if (fenced) blocks.push({ type: 'pre', text: fenced.join('\n') })
      fenced = fenced ? null : []
      open = false
    } else if (fenced) fenced.push(line)
    else open = read(blocks, line, open)
  }
  if (fenced) blocks.push({ type: 'pre', text: fenced.join('\n') })
  return blocks
}

/** Add a line to the blocks; return whether the next line may continue its paragraph. */
function read(blocks: Block[], line: string, open: boolean): boolean {
  const heading = /^(#{1,3})\s+(.*)$/.exec(line)
  const item = /^\s*(?:[-*]|(\d+)\.)\s+(.*)$/.exec(line)
  const last = blocks.at(-1)
  if (line.trim() === '') return false
  if (heading) {
    const level = heading[1]?.length ?? 1
    blocks.push({ type: 'heading', level, parts: inline(heading[2] ?? '') })
    return false
  }
  if (item) {
    const ordered = item[1] !== undefined
    const parts = inline(item[2] ?? '')
    if (last?.type === 'list' && last.ordered === ordered) last.items.push(parts)
    else blocks.push({ type: 'list', ordered, items: [parts] })
    return false
  }
  if (open && last?.type === 'paragraph')
    last.parts.push({ type: 'text', text: ' ' }, ...inline(line))
  else blocks.push({ type: 'paragraph', level: 0, parts: inline(line) })
  return true
}
