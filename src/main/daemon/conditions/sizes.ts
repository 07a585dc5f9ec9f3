import { type Size, type SizeOf, scalar } from './cost.ts'
import { fingerprintTypes, isFingerprintKey, isVariableName, variableTypes } from './names.ts'
import type { ConditionSample } from './sample.ts'

const textSize = (length: number): Size => ({ length, element: null })

function sizeOfValue(value: unknown): Size {
  if (typeof value === 'string') return textSize(value.length)
  return Array.isArray(value) ? sizeOfList(value) : scalar
}

/** The mean of the squares bounds the work for all elements even where the lengths of two are multiplied. */
function sizeOfList(list: readonly string[]): Size {
  const squares = list.reduce((sum, element) => sum + element.length ** 2, 0)
  return { length: list.length, element: textSize(Math.sqrt(squares / Math.max(1, list.length))) }
}

/** The sizes of the values in a sample; a list is measured when it is first asked for. */
export function sizesOf(sample: ConditionSample): SizeOf {
  const known = new Map<string, Size>()
  return (name) => {
    const size = known.get(name) ?? sizeOfValue(valueIn(sample, name))
    known.set(name, size)
    return size
  }
}

function valueIn(sample: ConditionSample, name: string): unknown {
  if (isVariableName(name)) return sample[name]
  const key = name.replace(/^fp\./, '')
  return isFingerprintKey(key) ? sample.fp?.[key] : undefined
}

/** Elements of a list of an ordinary process: a condition that is too costly for these helps nobody. */
const ordinaryElements = 100
const ordinaryText = textSize(40)
const ordinaryList: Size = { length: ordinaryElements, element: ordinaryText }

/** The sizes that a condition must be able to cope with to be taken at all. */
export function ordinarySize(name: string): Size {
  const key = name.replace(/^fp\./, '')
  const type = isVariableName(name) ? variableTypes[name] : isFingerprintKey(key) ? fingerprintTypes[key] : ''
  switch (type) {
    case 'list<string>':
      return ordinaryList
    case 'string':
      return ordinaryText
    default:
      return scalar
  }
}
