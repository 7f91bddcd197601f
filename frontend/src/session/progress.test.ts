import { expect, it } from 'vitest'
import { fraction } from './progress'
import { batch, ended, view } from './sample'

it.each([
  [view({ started: null, epochs: [] }), 0],
  [view({ batch }), 125 / 1000],
  [view({ ended }), 1],
])('measures the share that is done', (view, share) => expect(fraction(view)).toBe(share))
