/**
 * Lets callers share a look at the machine: those who ask while one is under way get the next, which begins after they
 * asked, and is made once for all of them. So stopping or starting a hundred processes looks at the process table a few
 * times and not a hundred times. A look that fails fails for those who shared it.
 */
export function shareLooks<Question, Answer>(
  look: (questions: readonly Question[]) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  let underWay: Promise<unknown> = Promise.resolve()
  let next: { readonly questions: Question[]; readonly answer: Promise<Answer> } | null = null

  async function begin(questions: readonly Question[]): Promise<Answer> {
    await underWay
    next = null
    const answer = look(questions)
    underWay = answer.catch(() => {})
    return answer
  }

  return (question) => {
    if (next !== null) {
      next.questions.push(question)
      return next.answer
    }
    const questions = [question]
    next = { questions, answer: begin(questions) }
    return next.answer
  }
}
