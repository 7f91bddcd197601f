import { describe, expect, it } from 'vitest'
import { CLASS_NAME_LONGEST, DATA_NAME_LONGEST, isTooLong, wrongNames } from './naming'

describe('names of classes and data sets', () => {
  const longest = 'x'.repeat(CLASS_NAME_LONGEST)

  it('may be as long as their limits', () => {
    expect(wrongNames('y'.repeat(DATA_NAME_LONGEST), [longest, ` ${longest} `])).toBe('')
  })

  it('that are longer are named, with their length', () => {
    expect(wrongNames('points', ['a', `${longest}z`])).toContain('41 characters, 40')
    expect(wrongNames('y'.repeat(81), ['a'])).toContain('81 characters, 80')
  })

  it('are counted by character, not by UTF-16 unit', () => {
    expect(isTooLong('🙂'.repeat(CLASS_NAME_LONGEST), CLASS_NAME_LONGEST)).toBe(false)
  })
})
