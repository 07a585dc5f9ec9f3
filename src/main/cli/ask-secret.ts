import type { ReadStream, WriteStream } from 'node:tty'
import { printable } from './printable.ts'

/**
 * Asks for one line without showing what is typed.
 *
 * @returns null when the user gave up with Ctrl-C or Ctrl-D
 */
export function askSecret(name: string, input: ReadStream, output: WriteStream): Promise<string | null> {
  output.write(`${printable(name)}: `)
  input.setRawMode(true)
  input.setEncoding('utf8')
  input.resume()
  return new Promise((resolve) => {
    let typed = ''
    const finish = (answer: string | null) => {
      input.off('data', take)
      input.setRawMode(false)
      input.pause()
      output.write('\n')
      resolve(answer)
    }
    const take = (chunk: string) => {
      for (const key of chunk) {
        if (key === '\r' || key === '\n') return finish(typed)
        if (key === '\u0003' || key === '\u0004') return finish(null)
        if (key === '\u007f' || key === '\b') typed = Array.from(typed).slice(0, -1).join('')
        else typed += key
      }
    }
    input.on('data', take)
  })
}
