import type { FileHandle } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { LogWriter } from './log-writer.ts'

/** A file whose writes wait until they are let through, and take at most `most` bytes at a time. */
function slowFile(most = Number.MAX_SAFE_INTEGER) {
  const content: Buffer[] = []
  let open = true
  let failure: Error | null = null
  const gates: (() => void)[] = []
  const write = async (bytes: Buffer, from: number) => {
    if (!open) await new Promise<void>((resolve) => gates.push(resolve))
    if (failure) throw failure
    const part = bytes.subarray(from, from + most)
    content.push(Buffer.from(part))
    return { bytesWritten: part.length }
  }
  return {
    file: { write } as unknown as FileHandle,
    text: () => Buffer.concat(content).toString(),
    fail: (error: Error | null) => {
      failure = error
    },
    hold: () => {
      open = false
    },
    letThrough: () => {
      open = true
      for (const gate of gates.splice(0)) gate()
    },
  }
}

const events = () => ({ onWritten: vi.fn(), onFull: vi.fn(), onProblem: vi.fn() })

test('writes all in order, however little a write takes', async () => {
  const disk = slowFile(7)
  const heard = events()
  const writer = new LogWriter(disk.file, heard)
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}\n`)
  for (const line of lines) writer.append(Buffer.from(line))
  await writer.flushed()
  expect(disk.text()).toBe(lines.join(''))
  expect(heard.onFull).not.toHaveBeenCalled()
})

test('says that it is full while the disk is slow, and when it has caught up', async () => {
  const disk = slowFile()
  const heard = events()
  const writer = new LogWriter(disk.file, heard)
  disk.hold()
  for (let count = 0; count < 5; count++) writer.append(Buffer.alloc(64 * 1024, 'x'))
  expect(heard.onFull.mock.calls).toEqual([[true]])
  disk.letThrough()
  await writer.flushed()
  expect(heard.onFull.mock.calls).toEqual([[true], [false]])
})

test('a full disk loses nothing: it is told once and tried again', async () => {
  const disk = slowFile()
  const heard = events()
  const writer = new LogWriter(disk.file, heard)
  disk.fail(new Error('ENOSPC'))
  writer.append(Buffer.from('kept'))
  await vi.waitFor(() => expect(heard.onProblem).toHaveBeenCalledTimes(1))
  disk.fail(null)
  await writer.flushed()
  expect(disk.text()).toBe('kept')
  expect(heard.onProblem).toHaveBeenCalledTimes(1)
})

test('what was given up does not hold up the end', async () => {
  const disk = slowFile()
  const writer = new LogWriter(disk.file, events())
  disk.fail(new Error('ENOSPC'))
  writer.giveUp()
  writer.append(Buffer.from('lost'))
  await writer.flushed()
  expect(disk.text()).toBe('')
})
