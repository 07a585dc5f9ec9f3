import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../../test/helpers/temporary-folder.ts'
import { hostNamesInSshConfig } from './ssh-config-names.ts'

const names = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  await using home = await temporaryFolder()
  const folder = join(home.path, '.ssh')
  await mkdir(join(folder, 'conf.d'), { recursive: true })
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  return await hostNamesInSshConfig({ file: join(folder, 'config'), folder, home: home.path })
}

test('names are listed once, in their order, without patterns', async () => {
  const config = `# Host commented
Host gpu-01 gpu-02 *.example.org !gpu-03 gp? # Host trailing
  HostName 10.0.0.1
	host=login
HOST "quoted name" "quoted" gpu-01
Match host other
  User x
Host -oProxyCommand=evil a;b
Hostname nope
`
  expect(await names({ config })).toEqual(['gpu-01', 'gpu-02', 'login', 'quoted'])
})

test('included files count, also by pattern and from home', async () => {
  const found = await names({
    config: 'Include conf.d/*.conf ~/.ssh/more nowhere\nHost last\n',
    'conf.d/b.conf': 'Host b\n',
    'conf.d/a.conf': 'Host a\n',
    'conf.d/other': 'Host other\n',
    more: 'Host more\n',
  })
  expect(found).toEqual(['a', 'b', 'more', 'last'])
})

test('a configuration that includes itself ends', async () => {
  expect(await names({ config: 'Include config\nInclude config\nHost a\n' })).toEqual(['a'])
})

test('no configuration has no names', async () => {
  expect(await names({})).toEqual([])
})
