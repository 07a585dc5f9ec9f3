import { expect, test } from 'vitest'
import { checkHostName } from './host-name.ts'
import { parseResolved } from './resolve.ts'

test('names of hosts', () => {
  for (const name of ['gpu-01', 'ada@gpu-01.example.org', 'fe80::1%eth0', '10.0.0.7', 'a_b']) {
    expect(checkHostName(name).ok).toBe(true)
  }
  for (const name of ['', '-oProxyCommand=x', '--', 'a b', 'a/b', 'a;b', '$(x)', "a'b", 'a\nb', 'a\n']) {
    expect(checkHostName(name)).toMatchObject({ ok: false, code: 'bad_input' })
  }
})

test('the address and the file of keys are read from the output of ssh -G', () => {
  const output = 'user ada\nhostname 10.0.0.7\nport 2222\nuserknownhostsfile /home/ada/.ssh/known_hosts /x\n'
  expect(parseResolved(output)).toEqual({
    address: 'ada@10.0.0.7:2222',
    knownHostsFile: '/home/ada/.ssh/known_hosts',
  })
  expect(parseResolved('user a\nhostname fe80::1%eth0\nport 22\nuserknownhostsfile none\n')).toEqual({
    address: 'a@[fe80::1%eth0]:22',
    knownHostsFile: null,
  })
  expect(parseResolved('userknownhostsfile /dev/null\n').knownHostsFile).toBeNull()
})
