import type { Readable, Writable } from 'node:stream'
import { printable } from './printable.ts'

/**
 * Asks a question that `y` or `yes` answers; anything else, and the end of the input, is a no. Ctrl-C ends the program
 * as usual.
 *
 * @param input a terminal that hands over whole lines
 */
export function askYesNo(question: string, input: Readable, output: Writable): Promise<boolean> {
  output.write(`${printable(question)} [y/N] `)
  input.setEncoding('utf8')
  input.resume()
  return new Promise((resolve) => {
    let typed = ''
    const finish = (answer: boolean) => {
      input.off('data', take)
      input.off('end', giveUp)
      input.pause()
      resolve(answer)
    }
    const take = (chunk: string) => {
      typed += chunk
      if (typed.includes('\n')) finish(/^y(es)?$/i.test(typed.trim()))
    }
    const giveUp = () => {
      output.write('\n')
      finish(false)
    }
    input.on('data', take)
    input.on('end', giveUp)
  })
}
