import { describe, expect, test } from 'vitest'
import { parseMark } from '../../../shared/domain/identity.ts'
import { parseStat } from './proc-text.ts'
import { markedPrograms, type TreeProcess, treeOf } from './tree.ts'

const bootId = '8194d910-8f0e-4fec-9050-8bab7546ef3d'
const ours = '11111111-1111-4111-8111-111111111111'
const theirs = '22222222-2222-4222-8222-222222222222'

const daemonPid = 50
const shimPid = 100
const programPid = 101

type Facts = {
  pid: number
  ppid?: number
  pgrp?: number
  session?: number
  startTime?: number
  mark?: string
  isShim?: boolean
  writesLog?: boolean
}

function seen({
  pid,
  ppid = 1,
  pgrp = pid,
  session = pgrp,
  startTime = pid,
  mark,
  isShim,
  writesLog,
}: Facts): TreeProcess {
  const zeros = (count: number) => Array<string>(count).fill('0').join(' ')
  const stat = parseStat(`${pid} (x) S ${ppid} ${pgrp} ${session} ${zeros(15)} ${startTime} ${zeros(30)}`)
  if (stat === undefined) throw new Error('not a stat')
  return {
    stat,
    mark: mark === undefined ? undefined : parseMark(`${mark}:1`),
    isShim: isShim ?? false,
    writesLog: writesLog ?? false,
  }
}

const machine = [seen({ pid: 1, ppid: 0 }), seen({ pid: 40 }), seen({ pid: daemonPid, ppid: 40 })]
const shim = seen({ pid: shimPid, ppid: daemonPid, mark: ours, isShim: true })
const program = seen({ pid: programPid, ppid: shimPid, pgrp: shimPid, mark: ours })

const target = {
  sessionId: theirs,
  name: 'one',
  processId: ours,
  program: { identity: { bootId, pid: programPid, startTime: String(programPid) }, shimPid },
  logFiles: [],
}

type Look = { known?: readonly { pid: number; startTime: string }[]; shimPid?: number | null }

function membersOf(processes: readonly TreeProcess[], look: Look = {}): number[] {
  const { known = [] } = look
  const program = { ...target.program, shimPid: look.shimPid === undefined ? shimPid : look.shimPid }
  const context = { bootId, observerPid: daemonPid, known: known.map((identity) => ({ bootId, ...identity })) }
  return treeOf({ ...target, program }, [...machine, ...processes], context).map((process) => process.stat.pid)
}

describe('members', () => {
  test('the program, without its shim', () => {
    expect(membersOf([shim, program])).toEqual([programPid])
  })

  test('its group, descendants, marks and writers of the logs, oldest first', () => {
    const family = [
      seen({ pid: 206, writesLog: true }),
      seen({ pid: 205, mark: ours }),
      seen({ pid: 202, ppid: 201, pgrp: 202 }),
      seen({ pid: 201, ppid: programPid, pgrp: 201 }),
      seen({ pid: 200, pgrp: shimPid }),
    ]
    expect(membersOf([shim, program, ...family])).toEqual([programPid, 200, 201, 202, 205, 206])
  })

  test('a child is reached whatever the order of the scan, and only once', () => {
    const chain = [203, 202, 201].map((pid) => seen({ pid, ppid: pid === 201 ? programPid : pid - 1 }))
    expect(membersOf([...chain, program, shim])).toEqual([programPid, 201, 202, 203])
  })

  test('the child of an earlier owner of a pid is nobody of ours', () => {
    expect(membersOf([shim, program, seen({ pid: 200, ppid: programPid, startTime: programPid - 1 })])).toEqual([
      programPid,
    ])
  })

  test('known ones stay when nothing else ties them to the tree', () => {
    const orphan = seen({ pid: 200, pgrp: shimPid })
    expect(membersOf([orphan])).toEqual([])
    expect(membersOf([orphan], { known: [{ pid: 200, startTime: '200' }] })).toEqual([200])
    expect(membersOf([orphan], { known: [{ pid: 200, startTime: '199' }] })).toEqual([])
  })
})

describe('an attached program', () => {
  /** Of the process that it was before it was detached. */
  const child = seen({ pid: 200, ppid: programPid, pgrp: 90, mark: theirs })
  const sibling = seen({ pid: 300, ppid: 90, pgrp: 90, mark: theirs })
  const parent = seen({ pid: 90, pgrp: 90 })
  const attached = seen({ pid: programPid, ppid: 90, pgrp: 90, mark: theirs })

  test('and its descendants, whatever mark they carry, but nobody else of its group', () => {
    expect(membersOf([parent, attached, child, sibling], { shimPid: null })).toEqual([programPid, 200])
  })

  test('known descendants stay when it has ended', () => {
    const left = seen({ pid: 200, pgrp: 90, mark: theirs })
    expect(membersOf([parent, left, sibling], { shimPid: null })).toEqual([])
    expect(membersOf([parent, left, sibling], { shimPid: null, known: [{ pid: 200, startTime: '200' }] })).toEqual([
      200,
    ])
  })
})

describe('never', () => {
  test('the daemon, its ancestors, or process 1, whatever ties them to the tree', () => {
    const processes = [
      seen({ pid: 1, ppid: 0, writesLog: true }),
      seen({ pid: 40, mark: ours }),
      seen({ pid: daemonPid, ppid: 40, pgrp: shimPid, session: shimPid, mark: ours, writesLog: true }),
      shim,
      program,
    ]
    expect(membersOf(processes)).toEqual([programPid])
  })

  test('any shim, or what runs below one that a member started', () => {
    const otherShim = seen({ pid: 300, ppid: programPid, mark: theirs, isShim: true })
    const other = seen({ pid: 301, ppid: 300, pgrp: 300, mark: theirs })
    expect(membersOf([shim, program, otherShim, other])).toEqual([programPid])
  })

  test("another process's tree, nor what it is the parent of", () => {
    const theirProgram = seen({ pid: 300, ppid: programPid, pgrp: shimPid, mark: theirs, writesLog: true })
    const theirChild = seen({ pid: 301, ppid: 300, pgrp: shimPid, writesLog: true })
    const oursAgain = seen({ pid: 302, ppid: 301, mark: ours })
    expect(membersOf([shim, program, theirProgram, theirChild, oursAgain])).toEqual([programPid, 302])
  })
})

describe('a group number counts', () => {
  const stranger = seen({ pid: 200, pgrp: shimPid, session: shimPid })

  test('while the program is in that session', () => {
    expect(membersOf([program, stranger])).toEqual([programPid, 200])
  })

  test('while the shim lives', () => {
    expect(membersOf([shim, stranger])).toEqual([200])
  })

  test('not when both numbers belong to others by now', () => {
    const later = [
      seen({ pid: shimPid, startTime: 9000 }),
      seen({ pid: programPid, pgrp: shimPid, session: shimPid, startTime: 9001 }),
    ]
    expect(membersOf([...later, stranger])).toEqual([])
  })

  test('not when the program has left that session and the shim is gone', () => {
    const moved = seen({ pid: programPid })
    expect(membersOf([moved, stranger])).toEqual([programPid])
  })

  test('not for a program of an earlier boot', () => {
    const context = { bootId: '00000000-0000-4000-8000-000000000000', observerPid: daemonPid, known: [] }
    const unmarked = seen({ pid: programPid, ppid: shimPid, pgrp: shimPid, session: shimPid })
    expect(treeOf(target, [...machine, unmarked, stranger], context)).toEqual([])
  })
})

test('of the marked programs the child of the shim comes first', () => {
  const older = seen({ pid: 90, mark: ours })
  const grandchild = seen({ pid: 202, ppid: programPid, pgrp: shimPid, mark: ours })
  const marked = markedPrograms([...machine, older, shim, grandchild, program], bootId)
  expect(marked.map(({ identity }) => identity.pid)).toEqual([programPid, 90, 202])
  expect(marked[0]).toEqual({
    mark: { processId: ours, run: 1 },
    identity: { bootId, pid: programPid, startTime: String(programPid) },
    shimPid,
  })
})
