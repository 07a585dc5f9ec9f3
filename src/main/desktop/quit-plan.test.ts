import { describe, expect, test } from 'vitest'
import { planQuit } from './quit-plan.ts'

describe('quitting', () => {
  test.each([
    [{ connected: true, goesOn: true, windowAnswers: true }, 'ask-in-window'],
    [{ connected: true, goesOn: true, windowAnswers: false }, 'ask-in-dialog'],
    [{ connected: true, goesOn: false, windowAnswers: true }, 'quit'],
    [{ connected: false, goesOn: true, windowAnswers: true }, 'quit'],
  ])('%j: %s', (facts, plan) => {
    expect(planQuit(facts)).toBe(plan)
  })
})
