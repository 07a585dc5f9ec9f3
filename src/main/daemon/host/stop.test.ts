import { describe, expect, test } from 'vitest'
import type { TreeMember } from './port.ts'
import { type Delivery, killWholeTree, signalFrozenTree } from './stop.ts'

const member = (pid: number): TreeMember => ({
  identity: { bootId: 'b', pid, startTime: String(pid) },
  command: `program ${pid}`,
})

/** A tree whose looks find these pids, the last one ever after, and which remembers what was sent to whom. */
function tree(looks: readonly (readonly number[])[], answer: (pid: number) => Delivery = () => ({ kind: 'sent' })) {
  const sent: string[] = []
  let look = 0
  return {
    sent,
    findMembers: async () => {
      const found = looks[Math.min(look, looks.length - 1)] ?? []
      look += 1
      return found.map(member)
    },
    deliver: async (members: readonly TreeMember[], signal: NodeJS.Signals) => {
      for (const { identity } of members) sent.push(`${signal} ${identity.pid}`)
      return members.map(({ identity }) => answer(identity.pid))
    },
  }
}

describe('a tree that is signalled', () => {
  test('stands still before anybody is told, and goes on after everybody was', async () => {
    const family = tree([[1], [1, 2], [1, 2]])
    const { signalled, refused } = await signalFrozenTree(family, 'SIGTERM')
    expect(family.sent).toEqual(['SIGSTOP 1', 'SIGSTOP 2', 'SIGTERM 1', 'SIGTERM 2', 'SIGCONT 1', 'SIGCONT 2'])
    expect(signalled.map(({ identity }) => identity.pid)).toEqual([1, 2])
    expect(refused).toEqual([])
  })

  test('tells who refused, and does not count who is gone', async () => {
    const answers: Record<number, Delivery> = { 1: { kind: 'refused', why: 'root' }, 2: { kind: 'gone' } }
    const family = tree([[1, 2, 3]], (pid) => answers[pid] ?? { kind: 'sent' })
    expect(await signalFrozenTree(family, 'SIGTERM')).toEqual({
      signalled: [member(3)],
      refused: [{ member: member(1), why: 'root' }],
    })
  })

  test('is let go when the looking fails', async () => {
    const family = tree([[1]])
    let looks = 0
    const findMembers = () => {
      looks += 1
      return looks === 1 ? family.findMembers() : Promise.reject(new Error('EMFILE'))
    }
    await expect(signalFrozenTree({ ...family, findMembers }, 'SIGTERM')).rejects.toThrow('EMFILE')
    expect(family.sent).toEqual(['SIGSTOP 1', 'SIGCONT 1'])
  })

  test('that never stops growing gets the signal all the same', async () => {
    let pid = 0
    const family = tree([[]])
    const findMembers = async () => {
      pid += 1
      return [member(pid)]
    }
    const { signalled } = await signalFrozenTree({ ...family, findMembers }, 'SIGTERM')
    expect(signalled).toHaveLength(25)
  })
})

test('a tree is killed until nobody new is found, and nobody twice', async () => {
  const family = tree([[1, 2], [2, 3], [3]])
  const { signalled } = await killWholeTree(family)
  expect(family.sent).toEqual(['SIGKILL 1', 'SIGKILL 2', 'SIGKILL 3'])
  expect(signalled.map(({ identity }) => identity.pid)).toEqual([1, 2, 3])
})
