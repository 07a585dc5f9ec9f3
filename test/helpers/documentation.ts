import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The folder that pages are named from. */
export const documentationRoot = path.resolve(import.meta.dirname, '..', '..')

/** README, CONTRIBUTING and everything below docs/, as relative paths. */
export function documentationPages(): readonly string[] {
  const below = readdirSync(path.join(documentationRoot, 'docs'), { recursive: true, encoding: 'utf8' })
  const docs = below.filter((name) => name.endsWith('.md')).map((name) => path.posix.join('docs', name))
  return ['README.md', 'CONTRIBUTING.md', ...docs.sort()]
}

export const readPage = (page: string): string => readFileSync(path.join(documentationRoot, page), 'utf8')

/** What is to be done with an example, as its fence says. */
export type Treatment =
  | { readonly kind: 'run'; readonly exit: number }
  /** One command that goes on until Ctrl-C, which it gets after its first line. */
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'no-run'; readonly reason: string }

/** One fenced block of shell commands. */
export type Example = { readonly line: number; readonly text: string; readonly treatment: Treatment }

type Block = { readonly line: number; readonly info: string; readonly text: string }

/** The `sh` blocks of a page, in order. Throws on a fence that is not closed or says something unknown. */
export const examplesOf = (page: string): readonly Example[] =>
  blocksOf(readPage(page))
    .filter(({ info }) => info.split(/[ (]/)[0] === 'sh')
    .map(({ line, info, text }) => ({ line, text, treatment: treatmentOf(info, `${page}:${line}`) }))

/** All fenced blocks with the words after their fence. */
export function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = []
  let open: { line: number; info: string; lines: string[] } | null = null
  for (const [index, content] of text.split('\n').entries()) {
    const info = /^```(.*)$/.exec(content)?.[1]
    if (open === null && info !== undefined) open = { line: index + 1, info: info.trim(), lines: [] }
    else if (open !== null && info === '') {
      blocks.push({ line: open.line, info: open.info, text: `${open.lines.join('\n')}\n` })
      open = null
    } else open?.lines.push(content)
  }
  if (open !== null) throw new Error(`The block of line ${open.line} is not closed`)
  return blocks
}

function treatmentOf(info: string, place: string): Treatment {
  const words = info.slice('sh'.length).trim()
  if (words === '') return { kind: 'run', exit: 0 }
  if (words === 'interrupt') return { kind: 'interrupt' }
  const [, exit] = /^exit=(\d{1,3})$/.exec(words) ?? []
  if (exit !== undefined) return { kind: 'run', exit: Number(exit) }
  const [, reason] = /^\(no-run: (.+)\)$/.exec(words) ?? []
  if (reason !== undefined) return { kind: 'no-run', reason }
  throw new Error(`${place}: "${words}" is not exit=CODE, interrupt or (no-run: reason)`)
}
