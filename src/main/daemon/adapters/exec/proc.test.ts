import { closeSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  isWritableDescriptor,
  listDescriptors,
  listPids,
  readBootId,
  readCommandLine,
  readDescriptor,
  readSmallFile,
  readStat,
  readUptimeSeconds,
  readVariable,
} from './proc.ts'

/** No pid: Linux counts to 4,194,304 at most (proc_sys_kernel(5)). */
const noPid = 99_999_999

describe('this machine', () => {
  test('this process', () => {
    expect(readStat(process.pid)).toMatchObject({ pid: process.pid, ppid: process.ppid })
    expect(readCommandLine(process.pid)[0]).toContain('node')
    expect(readVariable(process.pid, 'PATH')).toBe(process.env.PATH)
    expect(listPids()).toContain(process.pid)
    expect(readUptimeSeconds()).toBeGreaterThan(0)
    expect(readBootId()).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('its descriptors', () => {
    const path = join(tmpdir(), `proc-test-${process.pid}`)
    const [writing, reading] = [openSync(path, 'a'), openSync(path, 'r')]
    try {
      expect(listDescriptors(process.pid)).toContain(String(writing))
      expect(readDescriptor(process.pid, String(writing))).toBe(path)
      expect(isWritableDescriptor(process.pid, String(writing))).toBe(true)
      expect(isWritableDescriptor(process.pid, String(reading))).toBe(false)
    } finally {
      closeSync(writing)
      closeSync(reading)
      rmSync(path)
    }
  })

  test('a process that is gone', () => {
    expect(readStat(noPid)).toBeUndefined()
    expect(readVariable(noPid, 'PATH')).toBeUndefined()
    expect(readCommandLine(noPid)).toEqual([])
    expect(listDescriptors(noPid)).toEqual([])
    expect(readDescriptor(noPid, '0')).toBeUndefined()
    expect(isWritableDescriptor(noPid, '0')).toBe(false)
  })

  test('a file larger than the shared buffer', () => {
    expect(readSmallFile(process.execPath)?.length).toBeGreaterThan(1024 * 1024)
    expect(readStat(process.pid)?.pid).toBe(process.pid)
  })
})
