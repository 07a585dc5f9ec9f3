import { describe, expect, test } from 'vitest'
import { planQuit } from './quit-plan.ts'

describe('quitting', () => {
  test.each([
    [{ connected: true, live: 3, windowAnswers: true }, 'ask-in-window'],
    [{ connected: true, live: 1, windowAnswers: false }, 'ask-in-dialog'],
    [{ connected: true, live: 0, windowAnswers: true }, 'quit'],
    [{ connected: false, live: 3, windowAnswers: true }, 'quit'],
  ])('%j: %s', (facts, plan) => {
    expect(planQuit(facts)).toBe(plan)
  })
})
