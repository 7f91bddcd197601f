// @vitest-environment jsdom
import { flushSync } from 'svelte'
import { expect, it, vi } from 'vitest'
import { follow } from './following.svelte'
import { Runs } from './runs.svelte'

it('watches the runs that are shown, and lets go of the others', () => {
  const send = vi.fn()
  const runs = new Runs(send)
  let shown = $state.raw(['a', 'b'])
  const sent = () => send.mock.calls.splice(0).map(([{ type, run }]) => `${type} ${run}`)
  let logs: () => string[] = () => []
  const stop = $effect.root(() => {
    const followed = follow(runs, () => shown)
    logs = () => followed.logs.map(({ run }) => run)
  })
  flushSync()
  expect([logs(), sent()]).toEqual([
    ['a', 'b'],
    ['watch a', 'watch b'],
  ])

  shown = ['a', 'b']
  flushSync()
  expect(sent()).toEqual([])

  shown = ['b']
  flushSync()
  expect([logs(), sent()]).toEqual([['b'], ['unwatch a', 'unwatch b', 'watch b']])

  stop()
  expect(sent()).toEqual(['unwatch b'])
})
