// @vitest-environment jsdom
/** The shortcut sheet has every action, and every key of it. */
import { flushSync, mount, unmount } from 'svelte'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ACTIONS } from '../editor/actions'
import { shown } from '../editor/keys'
import HelpDialog from './HelpDialog.svelte'
import { SECTIONS } from './menus'

vi.mock('../editor/editor.svelte', async (original) => ({
  ...(await original<object>()),
  useEditor: () => ({ help: true }),
}))

const plain = (element: Element | null | undefined) =>
  element?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? ''

describe('the shortcut sheet', () => {
  const target = document.createElement('div')
  let sheet: object
  let rows: Map<string, string>

  beforeAll(() => {
    HTMLDialogElement.prototype.showModal ??= () => undefined
    HTMLDialogElement.prototype.close ??= () => undefined
    document.body.append(target)
    sheet = mount(HelpDialog, { target })
    flushSync()
    rows = new Map(
      [...target.querySelectorAll('dl > div')].map((row) => [
        plain(row.querySelector('dt')),
        plain(row.querySelector('dd')),
      ]),
    )
  })
  afterAll(() => unmount(sheet))

  it.each(ACTIONS.map((action) => [action.id, action] as const))('has %s', (_, action) => {
    const keys = rows.get(action.label)
    expect(keys).toBeTruthy()
    const [first] = action.keys
    if (first) for (const part of shown(first)) expect(keys).toContain(part)
  })

  it.each([
    ['Click a layer on the left', 'after the selected one'],
    ['Drag a card with free ends onto a wire', 'Insert it'],
    ['Drag from a port to another', 'a new layer that accepts the shape'],
    ['Drag the end of a selected wire', 'Connect it elsewhere'],
    ['Alt and click a wire', 'Cut it'],
    ['Double-click a wire', 'bend'],
    ['Double-click the canvas', 'Add a layer'],
    ['Right-click, or press long', 'a card, a wire, a frame, a note or the canvas'],
    ['Space and drag', 'Move the view'],
    ['Pinch, or scroll with Ctrl', 'Zoom'],
    ['Shift and drag', 'with a box'],
    ['Shift and click', 'Add a card to the selection'],
    ['Save the layer table as CSV', 'in the menu “Document”'],
    ['Show everything', 'or .'],
  ])('has “%s”', (gesture, effect) => {
    expect(rows.get(gesture)).toContain(effect)
  })
})

it('every action of a context menu has its place there', () => {
  const ids = ACTIONS.filter(({ menu }) => menu).map(({ id }) => id)
  expect(SECTIONS.flat()).toEqual(expect.arrayContaining(ids))
  expect(ids).toEqual(expect.arrayContaining(SECTIONS.flat()))
})
