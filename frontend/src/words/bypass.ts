/** Finds text in sources that people would see but that does not come from the dictionary. */
import { parse } from 'svelte/compiler'

export interface Bypass {
  line: number
  text: string
}

/** Names and units that are the same in every language. */
const NAMES = new Set([
  ...['Keras', 'Layerloom', 'API', 'Python', 'JSON', 'Ctrl', 'Shift', 'Esc', 'Del'],
  ...['Input', 'Model', 'Adam', 'None'], // of Keras and Python
])

/** Keys of the keyboard and expressions of CSS, which code names. */
const KEYS = /^(Enter|Escape|Delete|Backspace|Meta|Control|Tab|Home|End)$/
const CSS = /^\(|var\(|\d?px\b/

/** Attributes, and properties of components and objects, whose text is seen or read aloud. */
const SEEN = new Set([
  ...['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext'],
  ...['title', 'placeholder', 'alt', 'label', 'ariaLabel', 'action', 'nothing', 'heading'],
  ...['xLabel', 'hint', 'message', 'detail'],
])

/** Methods that compare text or look it up: their arguments are not shown. */
const COMPARED = new Set([
  ...['includes', 'indexOf', 'has', 'get', 'startsWith', 'endsWith', 'add', 'delete', 'split'],
  ...['closest', 'matches', 'querySelector', 'querySelectorAll', 'getPropertyValue', 'Symbol'],
])

interface SyntaxNode {
  type: string
  start: number
  [property: string]: unknown
}

/**
 * Where a text is: in text that people see, in code, where only prose is suspicious, or the name
 * of a property that people see.
 */
type Place = 'seen' | 'code' | 'property'

/**
 * Return the properties of the contract whose value is one of several literal texts, such as a
 * level. These are words for programs, and must be put into words before they are shown.
 */
export function enumerations(contract: string): Set<string> {
  const matches = contract.matchAll(/^ {2}(\w+)\??:\s+(?:\| )?"[^"]+"(?:\s+\| "[^"]+")+;$/gm)
  return new Set(Array.from(matches, (match) => match[1] as string))
}

/**
 * Return the text in a Svelte component that does not come from the dictionary, and the
 * properties among `enumerated` that it shows as they are.
 */
export function bypassesInSvelte(
  source: string,
  enumerated: ReadonlySet<string> = new Set(),
): Bypass[] {
  const { fragment, instance, module } = parse(source, { modern: true })
  const bypasses: Bypass[] = []
  const report = (node: SyntaxNode, text: string, place: Place) => {
    const bypass = {
      seen: () => isForeign(text),
      code: () => isForeign(text) && isProse(text),
      property: () => enumerated.has(text),
    }
    if (!bypass[place]()) return
    bypasses.push({ line: source.slice(0, node.start).split('\n').length, text })
  }
  for (const root of [module, instance, fragment])
    if (root) visit(root as unknown as SyntaxNode, 'code', report)
  return bypasses
}

/** Return the text in a TypeScript file that does not come from the dictionary. */
export function bypassesInTypeScript(source: string): Bypass[] {
  return bypassesInSvelte(`<script lang="ts">${source}\n</script>`)
}

function isForeign(text: string): boolean {
  const words = text.match(/\p{L}{2,}/gu) ?? []
  return !words.every((word) => NAMES.has(word))
}

/** Whether a literal in code reads like prose: a capitalised word, or words with spaces. */
function isProse(text: string): boolean {
  if (KEYS.test(text) || CSS.test(text)) return false
  return /^\p{Lu}\p{Ll}+([ .…:?!,]|$)|\p{L}{2,}[,.:;]? \p{L}|^ \p{L}{2,}|\p{L}{2,} $/u.test(text)
}

type Report = (node: SyntaxNode, text: string, place: Place) => void

function visit(node: SyntaxNode, place: Place, report: Report): void {
  switch (node.type) {
    case 'Text':
      report(node, String(node.data).trim(), place)
      return
    case 'Literal':
      if (typeof node.value === 'string') report(node, node.value, place)
      return
    case 'TemplateElement':
      report(node, (node.value as { cooked: string }).cooked, place)
      return
    case 'MemberExpression':
      if (place === 'seen' && node.computed !== true) report(node, nameOf(node), 'property')
      break
    case 'Fragment':
      for (const child of node.nodes as SyntaxNode[]) visit(child, shownIn(child), report)
      return
    case 'Attribute':
      visitAll(node.value, SEEN.has(String(node.name)) ? 'seen' : 'code', report, isAttributeText)
      return
    case 'CallExpression':
      if (!/^(t|pieces)$/.test(nameOf(node.callee))) break
      // The key is no text; the arguments are shown within the message.
      visitAll((node.arguments as unknown[]).slice(1), 'seen', report, () => false)
      return
  }
  for (const [child, name] of childrenOf(node)) visit(child, placeOf(node, name, place), report)
}

/** The text of an attribute that is not seen, such as a class, is no prose however it reads. */
const isAttributeText = (node: SyntaxNode, place: Place) => place === 'code' && node.type === 'Text'

function visitAll(
  value: unknown,
  place: Place,
  report: Report,
  skip: (node: SyntaxNode, place: Place) => boolean,
): void {
  for (const child of [value].flat())
    if (isNode(child) && !skip(child, place)) visit(child, place, report)
}

function shownIn(child: SyntaxNode): Place {
  return child.type === 'Text' || child.type === 'ExpressionTag' ? 'seen' : 'code'
}

function nameOf(node: unknown): string {
  if (!isNode(node)) return ''
  if (node.type === 'MemberExpression') return nameOf(node.property)
  return String(node.name ?? node.value ?? '')
}

/** A property or a default that is named like a seen attribute is seen too. */
function placeOf(node: SyntaxNode, name: string, place: Place): Place {
  if (node.type === 'Property' && name === 'value' && SEEN.has(nameOf(node.key))) return 'seen'
  if (node.type === 'AssignmentPattern' && name === 'right' && SEEN.has(nameOf(node.left)))
    return 'seen'
  if (node.type === 'ArrowFunctionExpression' && node.expression !== true) return 'code'
  return node.type === 'CallExpression' && name === 'arguments' ? 'code' : place
}

/** Return the children that may hold text, each with the name of its property. */
function childrenOf(node: SyntaxNode): [SyntaxNode, string][] {
  if (isComparison(node)) return []
  const skipped = SKIPPED[node.type] ?? []
  return Object.entries(node)
    .filter(([name]) => !TYPES.has(name) && !skipped.includes(name))
    .flatMap(([name, value]) =>
      [value]
        .flat()
        .filter(isNode)
        .map((child): [SyntaxNode, string] => [child, name]),
    )
}

const TYPES = new Set(['typeAnnotation', 'typeParameters', 'typeArguments', 'returnType'])
/** Properties whose literals name things in code. */
const SKIPPED: Readonly<Record<string, readonly string[]>> = {
  ImportDeclaration: ['source'],
  ImportExpression: ['source'],
  ExportNamedDeclaration: ['source'],
  MemberExpression: ['property'],
  Property: ['key'],
  PropertyDefinition: ['key'],
  SwitchCase: ['test'],
  TSInterfaceDeclaration: ['body'],
}

/** Whether the literals directly in a node are compared, looked up or meant for developers. */
function isComparison({ type, operator, callee }: SyntaxNode): boolean {
  if (type === 'BinaryExpression') return /^([!=]==?|in)$/.test(String(operator))
  if (type === 'NewExpression') return /Error$/.test(nameOf(callee))
  if (type !== 'CallExpression') return false
  return COMPARED.has(nameOf(callee)) || nameOf((callee as SyntaxNode).object) === 'console'
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value
}
