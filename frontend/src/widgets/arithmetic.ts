/**
 * Numbers and lists of numbers as people type them: 2*64, 10_000, 1e-3, 8×8, (28, 28, None).
 *
 * In a list, commas, semicolons, spaces, × and x separate and * multiplies; in a single number ×
 * and x multiply too. Powers are ** or ^.
 */
export type Item = number | null

/** What can't be read: a piece of the text, its missing end, or a result that is no number. */
export type Unreadable =
  | { why: 'piece' | 'ambiguous'; piece: string }
  | { why: 'missing' | 'zero' | 'size' }

/** `tuple`: a comma says that it is a list, even of one number. */
export type Numbers = { items: Item[]; tuple: boolean } | { unreadable: Unreadable }

/** How a text is read: as a list, as a whole number, or as any number. */
type Kind = 'list' | 'whole' | 'number'

interface Token {
  kind: 'number' | 'none' | 'operator' | 'separator' | 'open' | 'close'
  text: string
  value: number
  /** Whether white space comes before and after it. */
  before: boolean
  after: boolean
}

class Failure extends Error {
  constructor(readonly unreadable: Unreadable) {
    super()
  }
}

/** Thousands with a group separator: 10_000, 1'000, and 1 000 with a space that doesn't break. */
const NUMBER = /^(?:\d+(?:[_'’\u00a0\u2009\u202f]\d+)*(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/i
const OPERATOR = /^(?:\*\*|\/\/|[-+*/^−·])/
const NONE = /^(?:\?|none\b|null\b)/i

/** Read a list of numbers; an axis that is open ("?", "None") is null. */
export function readList(text: string): Numbers {
  return attempt(() => new Parser(tokens(text, 'list'), true).list())
}

/** Read one number; 1,000 is a thousand only where it must be whole. */
export function readNumber(text: string, whole: boolean): Numbers {
  return attempt(() => new Parser(tokens(text, whole ? 'whole' : 'number'), false).single())
}

function attempt(read: () => Numbers): Numbers {
  try {
    return read()
  } catch (error) {
    if (error instanceof Failure) return { unreadable: error.unreadable }
    throw error
  }
}

function tokens(text: string, kind: Kind): Token[] {
  const result: Token[] = []
  let at = 0
  while (at < text.length) {
    const space = /^\s+/.exec(text.slice(at))?.[0] ?? ''
    at += space.length
    const rest = text.slice(at)
    if (rest === '') break
    const token = next(rest, kind)
    at += token.text.length
    const previous = result.at(-1)
    if (previous) previous.after = space !== ''
    result.push({ value: 0, before: space !== '', after: false, ...token })
  }
  return result
}

function next(rest: string, kind: Kind): Pick<Token, 'kind' | 'text'> & { value?: number } {
  const list = kind === 'list'
  const number = NUMBER.exec(rest)?.[0]
  if (number) return numeric(rest, number, kind)
  const none = NONE.exec(rest)?.[0]
  if (none && list) return { kind: 'none', text: none }
  const operator = OPERATOR.exec(rest)?.[0]
  if (operator) return { kind: 'operator', text: operator }
  const first = rest.charAt(0)
  if (/[×xX]/.test(first)) return { kind: list ? 'separator' : 'operator', text: first }
  if (list && /[,;]/.test(first)) return { kind: 'separator', text: first }
  if (/[([]/.test(first)) return { kind: 'open', text: first }
  if (/[)\]]/.test(first)) return { kind: 'close', text: first }
  throw new Failure({ why: 'piece', piece: /^[\p{L}_]+|^./u.exec(rest)?.[0] ?? first })
}

/** A number, with a comma in it where that can't separate members of a list. */
function numeric(rest: string, number: string, kind: Kind) {
  const plain = (text: string) => Number(text.replaceAll(/[_'’\u00a0\u2009\u202f]/g, ''))
  const comma = kind === 'list' ? null : /^\d+(?:,\d+)+(?:\.\d+)?(?:e[+-]?\d+)?/i.exec(rest)?.[0]
  // A whole number needs no decimals: where a point separates thousands, 1.000 is meant as 1000.
  if (kind === 'whole' && /^[1-9]\d{0,2}\.\d{3}$/.test(number))
    throw new Failure({ why: 'ambiguous', piece: number })
  if (!comma) return { kind: 'number' as const, text: number, value: plain(number) }
  const thousands = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/.test(comma)
  const several = comma.split(',').length > 2 || comma.includes('.')
  if (thousands && !several && kind === 'number')
    throw new Failure({ why: 'ambiguous', piece: comma })
  if (!thousands && several) throw new Failure({ why: 'piece', piece: comma })
  const text = thousands ? comma.replaceAll(',', '') : comma.replace(',', '.')
  return { kind: 'number' as const, text: comma, value: plain(text) }
}

class Parser {
  #at = 0

  constructor(
    readonly all: readonly Token[],
    readonly inList: boolean,
  ) {}

  single(): Numbers {
    const value = this.#sum()
    this.#end()
    return { items: [value], tuple: false }
  }

  list(): Numbers {
    const items = (this.#unwrapped() ?? this).#items()
    return {
      items,
      tuple: items.length !== 1 || this.all.at(-1)?.text === ',' || this.all.at(-2)?.text === ',',
    }
  }

  #items(): Item[] {
    const items: Item[] = []
    while (this.#token) {
      items.push(this.#item())
      if (this.#token?.kind === 'separator') {
        const { text } = this.#token
        this.#at += 1
        // A tuple of one is written with a comma; any other separator asks for more.
        if (!this.#token && !(text === ',' && items.length === 1)) throw missing()
      } else if (this.#token && !this.#token.before) this.#end()
    }
    return items
  }

  #item(): Item {
    if (this.#token?.kind !== 'none') return this.#sum()
    this.#at += 1
    return null
  }

  /** Return a parser of what one pair of brackets encloses, if it encloses all. */
  #unwrapped(): Parser | null {
    if (this.all[0]?.kind !== 'open') return null
    let depth = 0
    for (const [at, { kind }] of this.all.entries()) {
      if (kind === 'open') depth += 1
      if (kind === 'close') depth -= 1
      if (depth === 0) return at === this.all.length - 1 ? this.#inside() : null
    }
    throw missing()
  }

  #inside(): Parser {
    return new Parser(this.all.slice(1, -1), true)
  }

  get #token(): Token | undefined {
    return this.all[this.#at]
  }

  #end(): void {
    const token = this.#token
    if (token) throw new Failure({ why: 'piece', piece: token.text })
  }

  /** Whether the next token is one of these operators; "1 -1" are two members of a list. */
  #takes(operators: string): string | null {
    const token = this.#token
    if (token?.kind !== 'operator' || !operators.split(' ').includes(token.text)) return null
    const sign = '- + −'.split(' ').includes(token.text)
    if (this.inList && sign && token.before && !token.after) return null
    this.#at += 1
    return token.text
  }

  #sum(): number {
    let value = this.#product()
    for (;;) {
      const operator = this.#takes('+ - −')
      if (!operator) return finite(value)
      const other = this.#product()
      value = exact(operator === '+' ? value + other : value - other)
    }
  }

  #product(): number {
    let value = this.#sign()
    for (;;) {
      const operator = this.#takes('* / // × x X ·')
      if (!operator) return value
      const other = this.#sign()
      if (operator.startsWith('/') && other === 0) throw new Failure({ why: 'zero' })
      if (operator === '/') value = exact(value / other)
      else if (operator === '//') value = Math.floor(value / other)
      else value = exact(value * other)
    }
  }

  #sign(): number {
    const token = this.#token
    if (token?.kind !== 'operator' || !/^[-+−]$/.test(token.text)) return this.#power()
    this.#at += 1
    return token.text === '+' ? this.#sign() : 0 - this.#sign()
  }

  #power(): number {
    const base = this.#atom()
    return this.#takes('** ^') ? exact(base ** this.#sign()) : base
  }

  #atom(): number {
    const token = this.#token
    if (!token) throw missing()
    this.#at += 1
    if (token.kind === 'number') return token.value
    if (token.kind !== 'open') throw new Failure({ why: 'piece', piece: token.text })
    const value = this.#sum()
    if (!this.#token) throw missing()
    if (this.#token.kind !== 'close') this.#end()
    this.#at += 1
    return value
  }
}

function missing(): Failure {
  return new Failure({ why: 'missing' })
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Failure({ why: 'size' })
  return value
}

/**
 * Return a result without the last digits, which binary fractions get wrong: 0.1 + 0.2 is 0.3. Of
 * -0, which documents don't know, it is 0.
 */
function exact(value: number): number {
  return Number.isInteger(value) ? value + 0 : Number(value.toPrecision(15))
}
