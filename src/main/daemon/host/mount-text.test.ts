import { constants } from 'node:fs'
import { expect, test } from 'vitest'
import { parseFdInfo, parseRemoteMounts } from './mount-text.ts'

const mountInfo = `22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
31 27 0:45 / /home rw,relatime shared:2 master:3 - nfs4 files:/home rw,vers=4.2,hard
32 27 0:46 / /mnt/a\\040-\\040ext4 rw - fuse.sshfs me@host:/ rw
33 27 0:47 / /scratch rw - lustre x@tcp:/scratch rw
34 27 0:48 / /tmp rw - tmpfs tmpfs rw
`

test('mounts that wait for a server', () => {
  expect([...parseRemoteMounts(mountInfo)]).toEqual(['31', '32', '33'])
  expect(parseRemoteMounts('').size).toBe(0)
})

test('what a descriptor says of itself', () => {
  const folder = (0o100_000 | constants.O_DIRECTORY).toString(8)
  expect(parseFdInfo('pos:\t0\nflags:\t0100001\nmnt_id:\t31\nino:\t5\n')).toEqual({ mountId: '31', isFile: true })
  expect(parseFdInfo(`pos:\t0\nflags:\t0${folder}\nmnt_id:\t27\nino:\t5\n`)).toEqual({ mountId: '27', isFile: false })
})
