import { describe, expect, test } from 'vitest'
import recorded from './fixtures/remote-output.json' with { type: 'json' }
import { isNamed, linkTo, parseDescriptors, parseLinks, parseManyDescriptors } from './remote-links.ts'

/** A path in which a program hid what looks like a line of its own. */
const hostile = '/srv/dï r/a\nl-wx------ 1 0 0 64 Jan  1 00:00 9 -> x'

describe('descriptors that GNU ls lists', () => {
  const { descriptors, many } = recorded.gnu

  test('have exact names, whatever is in them', () => {
    expect(parseDescriptors(descriptors, 'escaped')).toEqual([
      { descriptor: '0', isWritable: true, target: '/dev/null' },
      { descriptor: '1', isWritable: true, target: 'pipe:[3126199]' },
      { descriptor: '2', isWritable: true, target: '/dev/null' },
      { descriptor: '3', isWritable: true, target: '/srv/plain.log' },
      { descriptor: '4', isWritable: true, target: hostile },
      { descriptor: '5', isWritable: true, target: '/srv/back\\slash -> arrow' },
      { descriptor: '6', isWritable: true, target: '/srv/esc\u001b[31m' },
      { descriptor: '7', isWritable: false, target: '/srv/plain.log' },
      { descriptor: '8', isWritable: true, target: '/srv/gone (deleted)' },
    ])
  })

  test('of several processes stay apart', () => {
    const byPid = parseManyDescriptors(many, 'escaped')
    expect([...byPid.keys()]).toEqual([23344, 4242])
    expect(byPid.get(4242)).toEqual(parseDescriptors(descriptors, 'escaped'))
  })

  test('are looked for by what only a link to them shows', () => {
    expect(descriptors).toContain(linkTo(hostile, 'escaped'))
    expect(descriptors).toContain(linkTo('/srv/gone (deleted)', 'escaped'))
    expect(isNamed(hostile, hostile, 'escaped')).toBe(true)
  })
})

describe('descriptors that busybox lists', () => {
  const { descriptors, many } = recorded.busybox

  test('have names in which odd characters are hidden', () => {
    expect(parseDescriptors(descriptors, 'masked').slice(3)).toEqual([
      { descriptor: '3', isWritable: true, target: '/srv/plain.log' },
      { descriptor: '4', isWritable: true, target: '/srv/d?? r/a?l-wx------ 1 0 0 64 Jan  1 00:00 9 -> x' },
      { descriptor: '5', isWritable: true, target: '/srv/back\\slash -> arrow' },
      { descriptor: '6', isWritable: true, target: '/srv/esc?[31m' },
      { descriptor: '7', isWritable: false, target: '/srv/plain.log' },
      { descriptor: '8', isWritable: true, target: '/srv/gone (deleted)' },
    ])
    expect([...parseManyDescriptors(many, 'masked').keys()]).toEqual([23344, 4242])
  })

  test('are compared as they are written', () => {
    expect(descriptors).toContain(linkTo(hostile, 'masked'))
    expect(isNamed('/srv/d?? r/a', '/srv/dï r/a', 'masked')).toBe(true)
    expect(isNamed('/srv/d?? r/a', '/srv/d r/a', 'masked')).toBe(false)
  })
})

test('a process that is listed twice is nobody to act upon', () => {
  const forged = `${recorded.gnu.many}\n/proc/4242/fd:\ntotal 0\nl-wx------ 1 0 0 64 Jan  1 00:00 9 -> /srv/other\n`
  expect([...parseManyDescriptors(forged, 'escaped').keys()]).toEqual([23344])
})

test('what may not be read has no target', () => {
  expect(parseDescriptors('total 0\nlrwx------ 1 0 0 64 Nov 25 02:20 0\n', 'escaped')).toEqual([
    { descriptor: '0', isWritable: true, target: undefined },
  ])
  expect(parseDescriptors('', 'escaped')).toEqual([])
})

test('where a program is', () => {
  const [exe, network] = ['/usr/bin/python3.11', 'net:[4026531833]']
  expect(parseLinks(recorded.gnu.links, 'escaped').get(4242)).toEqual({ exe, network, cwd: '/srv/dï r' })
  expect(parseLinks(recorded.busybox.links, 'masked').get(4242)).toEqual({ exe, network, cwd: '/srv/d?? r' })
  const removed = recorded.gnu.links.replace('python3.11', 'python3.11\\ (deleted)')
  expect(parseLinks(removed, 'escaped').get(4242)?.exe).toBe(exe)
})
