import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environment } from './environment.ts'
import { comprehensionNames, functionNames, methodNames, variableTypes } from './names.ts'

const library = join(import.meta.dirname, '../../../../node_modules/@marcbachmann/cel-js/lib')

test('the library makes no program code from text', () => {
  const sources = readdirSync(library).filter((name) => name.endsWith('.js'))
  expect(sources.length).toBeGreaterThan(5)
  const makers = /\bnew Function\b|(?<![\w.])(?:eval|Function)\(|node:vm|(?<!\{)\bimport\(/
  expect(sources.filter((name) => makers.test(readFileSync(join(library, name), 'utf8')))).toEqual([])
})

test('every name that conditions offer is one of the library', () => {
  const { functions, variables } = environment.getDefinitions()
  const called = (withReceiver: boolean) =>
    new Set(functions.filter((known) => (known.receiverType !== null) === withReceiver).map((known) => known.name))
  expect([...called(false)]).toEqual(expect.arrayContaining([...functionNames]))
  expect([...called(true)]).toEqual(expect.arrayContaining([...methodNames, ...comprehensionNames]))
  expect(variables.map((known) => known.name)).toEqual(expect.arrayContaining(Object.keys(variableTypes)))
})
