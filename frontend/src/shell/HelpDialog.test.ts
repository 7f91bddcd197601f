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
})

it('every action of a context menu has its place there', () => {
  const ids = ACTIONS.filter(({ menu }) => menu).map(({ id }) => id)
  expect(SECTIONS.flat()).toEqual(expect.arrayContaining(ids))
  expect(ids).toEqual(expect.arrayContaining(SECTIONS.flat()))
})
