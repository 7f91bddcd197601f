// @vitest-environment jsdom
/** The top bar, the Training tab and the action agree on whether the model can train. */
import { mount, unmount } from 'svelte'
import { describe, expect, it, vi } from 'vitest'
import { action } from '../editor/actions'
import { canTrain, trainingObstacle } from '../editor/runs'
import BarButton from '../panels/topbar/TrainButton.svelte'
import DrawerButton from '../panels/training/TrainButton.svelte'
import type { Session } from '../session'

const fixture = vi.hoisted(() => ({ session: {} }))
vi.mock('../session', () => ({ useSession: () => fixture.session }))

const warning = { severity: 'warning', message: 'Slow.' }
const error = { severity: 'error', message: 'No input.' }
const draft = { path: ['training', 'epochs'], label: 'Epochs', text: '2.5', wrong: '' }
const verdict = (...problems: object[]) => ({ ok: !problems.includes(error), problems })

const model = {
  training: { data: 'iris' },
  graphs: [],
  target: { backend: 'jax', device: 'cpu' },
}
const environment = {
  backends: [
    { id: 'jax', title: 'JAX', version: '1' },
    { id: 'torch', title: 'PyTorch', version: null },
  ],
  devices: [{ id: 'cpu' }],
}

const STATES = [
  ['before the first verdict', { verdict: null }, 'The model is still being checked.'],
  ['with a valid model', { verdict: verdict() }, ''],
  ['with a warning', { verdict: verdict(warning) }, ''],
  ['with an error', { verdict: verdict(warning, error) }, 'No input.'],
  [
    'with errors',
    { verdict: verdict(error, error) },
    '2 problems must be solved before the model can train.',
  ],
  [
    'with a text that is not saved',
    { verdict: verdict(error), drafts: { list: [draft] } },
    '“2.5” in the field “Epochs” is not saved: correct it, or press Esc in it.',
  ],
  [
    'with a field that is empty',
    { verdict: verdict(error), drafts: { list: [{ ...draft, text: '' }] } },
    'The field “Epochs” is empty, which is not saved: fill it in, or press Esc in it.',
  ],
  [
    'without data',
    { verdict: verdict(), document: { ...model, training: { data: '' } } },
    'Choose the data that the model learns from, under “Data”.',
  ],
  [
    'without a layer',
    { verdict: verdict({ severity: 'note', code: 'empty', message: 'Add a layer.' }) },
    'Add a layer.',
  ],
  [
    'on a backend that is not installed',
    { verdict: verdict(), document: { ...model, target: { backend: 'torch', device: 'cpu' } } },
    'PyTorch is not installed on this server: choose another backend.',
  ],
  [
    'on a device that is not there',
    { verdict: verdict(), document: { ...model, target: { backend: 'jax', device: 'gpu:3' } } },
    'This server has no device “GPU 3”: choose another one.',
  ],
  [
    'without a connection',
    { verdict: verdict(), saved: 'offline' },
    'Training needs a connection to the server.',
  ],
] as const

/** Return whether the first button of a component can be used. */
function isUsable(component: typeof BarButton | typeof DrawerButton): boolean {
  const target = document.createElement('div')
  const mounted = mount(component, { target })
  const button = target.querySelector('button')
  const usable = button?.disabled === false && button.ariaDisabled !== 'true'
  void unmount(mounted)
  return usable
}

describe.each(STATES)('%s', (_, state, obstacle) => {
  const rest = { saved: 'saved', runs: { busy: false }, drafts: { list: [] }, environment }
  const session = { ...rest, document: model, ...state } as unknown as Session

  it('has the obstacle in words', () => expect(trainingObstacle(session)).toBe(obstacle))

  it('is the same in the bar, in the Training tab and for the action', () => {
    fixture.session = session
    const editor = { session } as Parameters<ReturnType<typeof action>['when'] & object>[0]
    const usable = [isUsable(BarButton), isUsable(DrawerButton), action('train').when?.(editor)]
    expect(usable).toEqual([obstacle === '', obstacle === '', obstacle === ''])
  })
})

it('does not start a second run', () => {
  const session = { saved: 'saved', runs: { busy: true }, verdict: verdict() }
  expect(canTrain(session as unknown as Session)).toBe(false)
})
