import { expect, test } from 'vitest'
import { controlCommand, keyCommand, masterCommand, resolveCommand, sessionCommand } from './command-line.ts'

const target = { name: 'gpu-01', sshConfig: null, program: 'ssh' }
const path = '/home/ada/100%/ctl'
const all = [
  masterCommand(target, path),
  sessionCommand(target, path),
  controlCommand(target, path, 'check'),
  resolveCommand(target),
  keyCommand(target, '/tmp/a b/known_hosts'),
]

test('the name of the host never counts as an option', () => {
  for (const command of all) expect(command[command.indexOf('gpu-01') - 1]).toBe('--')
})

test('another configuration file takes the place of the own one', () => {
  expect(masterCommand({ ...target, sshConfig: '/etc/gpu.conf' }, path).slice(0, 3)).toEqual([
    'ssh',
    '-F',
    '/etc/gpu.conf',
  ])
  for (const command of all) expect(command).not.toContain('-F')
})

test('nothing that connects may ask, and an unknown key is never taken', () => {
  expect(masterCommand(target, path)).toEqual(expect.arrayContaining(['BatchMode=yes', 'StrictHostKeyChecking=yes']))
  expect(keyCommand(target, '/tmp/a b/known_hosts')).toEqual(
    expect.arrayContaining(['BatchMode=yes', 'UserKnownHostsFile="/tmp/a b/known_hosts"']),
  )
})

test('a session cannot make a connection of its own', () => {
  expect(sessionCommand(target, path)).toEqual(expect.arrayContaining(['ProxyCommand=false', 'ControlMaster=no']))
})

test('what ssh would replace in the path of the socket stays', () => {
  for (const command of all.slice(0, 3)) expect(command).toContain('ControlPath=/home/ada/100%%/ctl')
})
