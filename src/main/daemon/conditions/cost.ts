import type { ASTNode } from '@marcbachmann/cel-js'
import { assertNever } from '../../../shared/domain/result.ts'
import type { ComprehensionName, FunctionName, MethodName } from './names.ts'
import { isComprehensionName, isFunctionName, isMethodName } from './names.ts'

/**
 * How large a value can be: the characters of a text (`element` is null) or the elements of a list, whose `element` is
 * as large as the root of the mean of their squares, so that a walk over the list comes out right. Numbers and truths have length 0.
 */
export type Size = { readonly length: number; readonly element: Size | null }

/** What evaluating a node takes at most, in steps, and how large its value is. */
type Estimate = { readonly steps: number; readonly size: Size }

/** The size of a name (`state`) or of a key of the fingerprint (`fp.listen`). */
export type SizeOf = (name: string) => Size

type Scope = ReadonlyMap<string, Size>

/** Work on texts takes about as long for this many characters as looking at one node of the expression. */
const charactersPerStep = 32

/** The characters of the longest number. */
const numberCharacters = 32

export const scalar: Size = { length: 0, element: null }

const textWork = (characters: number) => characters / charactersPerStep

/** The length of a list is known; the characters of a text are counted one by one, some eight times slower. */
const countWork = (size: Size) => (size.element ? 0 : 8 * textWork(size.length))

/**
 * The steps that evaluating a condition takes at most with values of these sizes, each some 20 ns. The language has no
 * loops other than walks over lists, so this is known without evaluating: as CEL is bounded in Kubernetes, but with the
 * lists as long as they are.
 */
export const costOf = (node: ASTNode, sizeOf: SizeOf): number => estimate(node, sizeOf, new Map()).steps

function estimate(node: ASTNode, sizeOf: SizeOf, scope: Scope): Estimate {
  const inner = (child: ASTNode) => estimate(child, sizeOf, scope)
  switch (node.op) {
    case 'value':
      return { steps: 1, size: literalSize(node.args) }
    case 'id':
      return { steps: 1, size: scope.get(node.args) ?? sizeOf(node.args) }
    case '.':
    case '.?':
      return { steps: 1, size: sizeOf(`fp.${node.args[1]}`) }
    case '[]':
    case '[?]':
      return indexed(node.args[0], node.args[1], inner, sizeOf)
    case 'call':
      return isFunctionName(node.args[0]) ? called(node.args[0], node.args[1].map(inner)) : refused
    case 'rcall':
      return method(node, sizeOf, scope)
    case '!_':
    case '-_':
      return { steps: 1 + inner(node.args).steps, size: scalar }
    case 'map':
      return refused
    case 'list':
      return literalList(node.args.map(inner))
    case '?:':
    case '||':
    case '&&':
      return together(node.args.map(inner))
    case '+':
      return added(inner(node.args[0]), inner(node.args[1]))
    case '-':
    case '*':
    case '/':
    case '%':
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compared(inner(node.args[0]), inner(node.args[1]))
    case 'in':
      return sought(inner(node.args[0]), inner(node.args[1]))
    default:
      return assertNever(node)
  }
}

/** What the rules refuse before; were one let through, it would cost too much. */
const refused: Estimate = { steps: Number.POSITIVE_INFINITY, size: scalar }

const literalSize = (value: unknown): Size =>
  typeof value === 'string' || value instanceof Uint8Array ? { length: value.length, element: null } : scalar

const larger = (one: Size | null, other: Size | null): Size | null =>
  one && other
    ? { length: Math.max(one.length, other.length), element: larger(one.element, other.element) }
    : (one ?? other)

const stepsOf = (parts: readonly Estimate[]) => parts.reduce((sum, part) => sum + part.steps, 1)

const largest = (parts: readonly Estimate[]) => parts.reduce<Size | null>((size, part) => larger(size, part.size), null)

const together = (parts: readonly Estimate[]): Estimate => ({ steps: stepsOf(parts), size: largest(parts) ?? scalar })

const literalList = (parts: readonly Estimate[]): Estimate => ({
  steps: stepsOf(parts),
  size: { length: parts.length, element: largest(parts) },
})

/** An element by its number may be the one that is as large as the whole list. */
function indexed(value: ASTNode, index: ASTNode, inner: (node: ASTNode) => Estimate, sizeOf: SizeOf): Estimate {
  if (value.op === 'id' && value.args === 'fp' && index.op === 'value') {
    return { steps: 1, size: sizeOf(`fp.${index.args}`) }
  }
  const list = inner(value)
  const element = list.size.element ?? scalar
  return {
    steps: stepsOf([list, inner(index)]),
    size: { ...element, length: element.length * Math.sqrt(list.size.length) },
  }
}

/** Numbers are added, texts and lists are joined. */
function added(one: Estimate, other: Estimate): Estimate {
  const length = one.size.length + other.size.length
  const element = larger(one.size.element, other.size.element)
  return { steps: stepsOf([one, other]) + (element ? length : textWork(length)), size: { length, element } }
}

const volume = (size: Size): number => (size.element ? size.length * (1 + volume(size.element)) : textWork(size.length))

const compared = (one: Estimate, other: Estimate): Estimate => ({
  steps: stepsOf([one, other]) + Math.min(volume(one.size), volume(other.size)),
  size: scalar,
})

const sought = (value: Estimate, list: Estimate): Estimate => ({
  steps: stepsOf([value, list]) + list.size.length * (1 + volume(value.size)),
  size: scalar,
})

function called(name: FunctionName, args: readonly Estimate[]): Estimate {
  const size = args[0]?.size ?? scalar
  switch (name) {
    case 'size':
    case 'len':
      return { steps: stepsOf(args) + countWork(size), size: scalar }
    case 'int':
    case 'double':
      return { steps: stepsOf(args) + textWork(size.length), size: scalar }
    case 'string':
      return { steps: stepsOf(args), size: { length: Math.max(size.length, numberCharacters), element: null } }
    default:
      return assertNever(name)
  }
}

function method(node: ASTNode & { readonly op: 'rcall' }, sizeOf: SizeOf, scope: Scope): Estimate {
  const [name, receiver, args] = node.args
  const subject = estimate(receiver, sizeOf, scope)
  const [variable, body] = args
  if (isComprehensionName(name) && variable?.op === 'id' && body) {
    const bound = new Map([...scope, [variable.args, subject.size.element ?? scalar]])
    return walked(name, subject, estimate(body, sizeOf, bound))
  }
  if (!isMethodName(name)) return refused
  return methodCalled(
    name,
    subject,
    args.map((argument) => estimate(argument, sizeOf, scope)),
  )
}

function walked(name: ComprehensionName, list: Estimate, body: Estimate): Estimate {
  const steps = 1 + list.steps + list.size.length * (2 + body.steps)
  switch (name) {
    case 'exists':
    case 'all':
    case 'exists_one':
      return { steps, size: scalar }
    case 'filter':
      return { steps, size: list.size }
    case 'map':
      return { steps, size: { length: list.size.length, element: body.size } }
    default:
      return assertNever(name)
  }
}

/** Searching may compare each character of the text with each of what is sought. */
function methodCalled(name: MethodName, subject: Estimate, args: readonly Estimate[]): Estimate {
  const steps = stepsOf([subject, ...args])
  const length = subject.size.length
  const sought = Math.max(1, args[0]?.size.length ?? 0)
  switch (name) {
    case 'size':
    case 'len':
      return { steps: steps + countWork(subject.size), size: scalar }
    case 'startsWith':
    case 'endsWith':
      return { steps: steps + textWork(sought), size: scalar }
    case 'contains':
    case 'indexOf':
    case 'lastIndexOf':
      return { steps: steps + textWork(length * sought), size: scalar }
    case 'substring':
    case 'trim':
    case 'lowerAscii':
    case 'upperAscii':
      return { steps: steps + textWork(length), size: subject.size }
    default:
      return assertNever(name)
  }
}
