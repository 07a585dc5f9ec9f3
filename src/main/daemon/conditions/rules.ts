import type { ASTNode } from '@marcbachmann/cel-js'
import { assertNever } from '../../../shared/domain/result.ts'
import type { Fault } from './fault.ts'
import { hintForWord } from './hints.ts'
import {
  comprehensionNames,
  fingerprintTypes,
  functionNames,
  isComprehensionName,
  isFingerprintKey,
  isFunctionName,
  isMethodName,
  isVariableName,
  methodNames,
  variableTypes,
} from './names.ts'

/** Names that comprehensions have given to elements around a node. */
type Scope = ReadonlySet<string>

type MethodCall = ASTNode & { readonly op: 'rcall' }

const fault = (position: number, message: string, hint: string): Fault => ({ position, message, hint })

/**
 * The first thing in a condition that conditions do not have, although CEL may: an unknown name, key of `fp` or function,
 * and what cannot be checked or bounded beforehand (regular expressions, dynamic types, maps). Null when there is none.
 */
export const unknownIn = (node: ASTNode): Fault | null => check(node, new Set())

function check(node: ASTNode, scope: Scope): Fault | null {
  switch (node.op) {
    case 'value':
      return null
    case 'id':
      return checkName(node, scope)
    case '.':
      return isFingerprint(node.args[0], scope) ? checkKey(node.pos, node.args[1]) : check(node.args[0], scope)
    case '[]':
      return checkIndex(node.args[0], node.args[1], scope)
    case 'call':
      return checkCall(node, scope)
    case 'rcall':
      return checkMethod(node, scope)
    case '!_':
    case '-_':
      return check(node.args, scope)
    case 'map':
      return fault(node.pos, 'conditions have no maps', '')
    case '.?':
    case '[?]':
      return fault(node.pos, 'conditions have no optional values', '')
    case 'list':
    case '?:':
    case '||':
    case '&&':
    case '==':
    case '!=':
    case 'in':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return firstOf(node.args, scope)
    default:
      return assertNever(node)
  }
}

function firstOf(nodes: readonly ASTNode[], scope: Scope): Fault | null {
  for (const node of nodes) {
    const found = check(node, scope)
    if (found) return found
  }
  return null
}

const isFingerprint = (node: ASTNode, scope: Scope) => node.op === 'id' && node.args === 'fp' && !scope.has('fp')

function checkName(node: ASTNode & { readonly op: 'id' }, scope: Scope): Fault | null {
  const name = node.args
  if (scope.has(name)) return null
  if (name === 'fp') return fault(node.pos, 'fp is not a value of its own', keysHint())
  if (isVariableName(name)) return null
  const hint = hintForWord(name) || `conditions know ${Object.keys(variableTypes).join(', ')}`
  return fault(node.pos, `unknown name ${name}`, hint)
}

const keysHint = () => `use fp.KEY or fp['KEY'] with one of ${Object.keys(fingerprintTypes).join(', ')}`

function checkKey(position: number, key: string): Fault | null {
  return isFingerprintKey(key) ? null : fault(position, `fp has no ${key}`, keysHint())
}

function checkIndex(value: ASTNode, index: ASTNode, scope: Scope): Fault | null {
  if (!isFingerprint(value, scope)) return firstOf([value, index], scope)
  if (index.op === 'value' && typeof index.args === 'string') return checkKey(index.pos, index.args)
  return fault(index.pos, 'the key of fp must be written out', keysHint())
}

function checkCall(node: ASTNode & { readonly op: 'call' }, scope: Scope): Fault | null {
  const [name, args] = node.args
  if (isFunctionName(name)) return firstOf(args, scope)
  const hint = hintForWord(name) || `conditions have ${[...new Set([...functionNames, ...methodNames])].join(', ')}`
  return fault(node.pos, `unknown function ${name}`, hint)
}

function checkMethod(node: MethodCall, scope: Scope): Fault | null {
  const [name, receiver, args] = node.args
  const found = check(receiver, scope)
  if (found) return found
  if (isMethodName(name)) return firstOf(args, scope)
  if (isComprehensionName(name)) return checkComprehension(node, scope)
  const hint = hintForWord(name) || `conditions have ${[...methodNames, ...comprehensionNames].join(', ')}`
  return fault(methodPosition(node), `unknown function ${name}`, hint)
}

/** Where the name of the method stands: after the value that it is called on and a dot. */
const methodPosition = (node: MethodCall) => node.input.indexOf(node.args[0], node.args[1].end)

function checkComprehension(node: MethodCall, scope: Scope): Fault | null {
  const [name, , args] = node.args
  const [variable, body] = args
  if (args.length !== 2 || variable?.op !== 'id' || body === undefined) {
    return fault(methodPosition(node), `${name} takes a name and an expression`, `as in LIST.${name}(x, ...)`)
  }
  if (isVariableName(variable.args) || scope.has(variable.args)) {
    return fault(variable.pos, `the name ${variable.args} is taken`, 'give the elements another name')
  }
  return check(body, new Set([...scope, variable.args]))
}
