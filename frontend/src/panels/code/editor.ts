/** CodeMirror, showing Python, which a person may edit. Loaded when the Code tab is first opened. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { python } from '@codemirror/lang-python'
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language'
import {
  Compartment,
  EditorState,
  RangeSetBuilder,
  StateEffect,
  StateField,
} from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  type ViewUpdate,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { t } from '../../words/t'

/** Lines that are marked: those that changed last, of the selected nodes, and unreadable ones. */
export interface Marks {
  refused?: readonly number[]
  changed: readonly number[]
  selected: readonly (readonly [number, number])[]
}

const setMarks = StateEffect.define<Marks>()

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, transaction) {
    const effect = transaction.effects.find((effect) => effect.is(setMarks))
    return effect ? decorate(transaction.state, effect.value) : before.map(transaction.changes)
  },
  provide: (field) => EditorView.decorations.from(field),
})

function decorate(state: EditorState, { changed, selected, refused }: Marks): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  const fresh = new Set(changed)
  const bad = new Set(refused)
  for (let number = 1; number <= state.doc.lines; number += 1) {
    const chosen = selected.some(([first, last]) => first <= number && number <= last)
    const classes = [
      chosen && 'll-selected',
      fresh.has(number) && 'll-changed',
      bad.has(number) && 'll-refused',
    ].filter(Boolean)
    if (classes.length === 0) continue
    const at = state.doc.line(number).from
    builder.add(at, at, Decoration.line({ class: classes.join(' ') }))
  }
  return builder.finish()
}

const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--c-rnn)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--c-pool)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--c-conv)' },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))],
    color: 'var(--accent)',
  },
  { tag: [tags.className, tags.definition(tags.className)], color: 'var(--accent)' },
  { tag: tags.comment, color: 'var(--ink3)', fontStyle: 'italic' },
])

const look = EditorView.theme({
  '&': {
    height: '100%',
    backgroundColor: 'var(--bg)',
    color: 'var(--ink)',
    borderRadius: 'var(--r)',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: '400 var(--t2)/1.6 var(--mono)', overflow: 'auto' },
  '.cm-content': { padding: '8px 0' },
  '.cm-line': { padding: '0 12px 0 8px' },
  '.cm-gutters': { backgroundColor: 'var(--bg)', color: 'var(--ink3)', border: '0' },
  '.ll-selected': { backgroundColor: 'var(--accent-soft)' },
  '.ll-changed': { boxShadow: 'inset 2px 0 0 var(--ok)' },
  '.ll-refused': {
    backgroundColor: 'var(--mark-soft)',
    boxShadow: 'inset 3px 0 0 var(--mark)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'color-mix(in srgb, var(--accent) 25%, transparent)' },
})

const selectAll = {
  key: 'Mod-a',
  run: (view: EditorView) => {
    view.dispatch({ selection: { anchor: 0, head: view.state.doc.length } })
    return true
  },
}

function chosenLine(update: ViewUpdate): number | null {
  const byHand = update.transactions.some((transaction) => transaction.isUserEvent('select'))
  const { main } = update.state.selection
  return byHand && main.empty ? update.state.doc.lineAt(main.head).number : null
}

/** The difference of two texts as one replacement, so that the text around it does not move. */
function replacement(before: string, after: string) {
  const shorter = Math.min(before.length, after.length)
  let from = 0
  while (from < shorter && before[from] === after[from]) from += 1
  let tail = 0
  while (tail < shorter - from && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) }
}

export interface CodeEditor {
  /** Show another source; the place that is scrolled to stays. */
  show(source: string): void
  mark(marks: Marks): void
  /** Bring a line into view, unless it is there. */
  scrollTo(line: number): void
  /** Let the text be edited, or only read; `edited` is called with each text. */
  allow(editing: boolean): void
  /** Put the cursor at the beginning of a line. */
  goTo(line: number): void
  destroy(): void
}

export interface Listener {
  /** A person put the cursor on a line. */
  chosen(line: number): void
  /** A person changed the text. */
  edited(text: string): void
  /** A person asked for the text to be applied. */
  apply(): void
}

// Editable text takes the focus anyway; accessibility checkers look for the tabindex.
const label = EditorView.contentAttributes.of({ 'aria-label': t('code.source'), tabindex: '0' })
/** The words that CodeMirror itself shows or announces. */
const PHRASES = {
  'Control character': t('code.controlCharacter'),
  'Selection deleted': t('code.selectionDeleted'),
}
const reading = [
  EditorState.readOnly.of(true),
  EditorView.contentAttributes.of({ 'aria-readonly': 'true' }),
]

/** Without Tab, which leaves the editor as it leaves every field. */
function writing(listener: Listener) {
  const run = () => {
    listener.apply()
    return true
  }
  const keys = [{ key: 'Mod-Enter', run }, ...historyKeymap, ...defaultKeymap]
  return [history(), keymap.of(keys), indentUnit.of('    ')]
}

/** Make an editor in `parent`; it can only be read until editing is allowed. */
export function createEditor(parent: HTMLElement, listener: Listener): CodeEditor {
  const mode = new Compartment()
  const updates = EditorView.updateListener.of((update) => {
    const line = chosenLine(update)
    if (line !== null) listener.chosen(line)
    if (update.docChanged && !update.state.readOnly) listener.edited(update.state.doc.toString())
  })
  const place = (line: number) =>
    view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines)).from
  const view = new EditorView({
    parent,
    extensions: [
      mode.of(reading),
      label,
      keymap.of([selectAll]),
      EditorState.phrases.of(PHRASES),
      [lineNumbers(), highlightSpecialChars(), drawSelection()],
      [python(), syntaxHighlighting(colors), look, marks, updates],
    ],
  })
  return {
    show(source) {
      const before = view.state.doc.toString()
      if (before !== source) view.dispatch({ changes: replacement(before, source) })
    },
    mark: (marks) => view.dispatch({ effects: setMarks.of(marks) }),
    scrollTo(line) {
      const effects = EditorView.scrollIntoView(place(line), { y: 'nearest', yMargin: 24 })
      view.dispatch({ effects })
    },
    allow(editing) {
      view.dispatch({ effects: mode.reconfigure(editing ? writing(listener) : reading) })
      if (editing) view.focus()
    },
    goTo(line) {
      view.dispatch({ selection: { anchor: place(line) }, scrollIntoView: true })
      view.focus()
    },
    destroy: () => view.destroy(),
  }
}
