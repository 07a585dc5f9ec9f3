import { spawnSync } from 'node:child_process'
import { chmod, cp, mkdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../helpers/temporary-folder.ts'

const launcher = path.join(import.meta.dirname, '..', '..', 'bin', 'procession')

/** Says who runs it, with which arguments. */
const program = 'console.log(JSON.stringify([process.execPath, ...process.argv.slice(2)]))'

/** Stands in for scripts/build.mjs: it writes down that it ran, and builds the program. */
const buildScript = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
process.chdir(new URL('..', import.meta.url).pathname)
appendFileSync('builds', process.execPath + '\\n')
mkdirSync('out/main', { recursive: true })
mkdirSync('node_modules/node/bin', { recursive: true })
writeFileSync('out/main/cli.js', ${JSON.stringify(program)})
writeFileSync('out/.stamp', '')
console.log('noise of the build')
`

interface Clone extends TemporaryFolder {
  readonly bin: string
  run(...commandLine: readonly string[]): { status: number | null; stdout: string; stderr: string }
  builds(): Promise<number>
}

/** A folder that looks like a clone, with our Node in it or without. */
async function fakeClone(options: { hasNode: boolean }): Promise<Clone> {
  const folder = await temporaryFolder()
  const inside = (...names: readonly string[]) => path.join(folder.path, ...names)
  await mkdir(inside('bin'))
  await cp(launcher, inside('bin', 'procession'))
  await mkdir(inside('src', 'main'), { recursive: true })
  await mkdir(inside('scripts'))
  await writeFile(inside('scripts', 'build.mjs'), buildScript)
  for (const name of ['electron.vite.config.ts', 'package.json', 'package-lock.json'])
    await writeFile(inside(name), '{}')
  if (options.hasNode) {
    await mkdir(inside('node_modules', 'node', 'bin'), { recursive: true })
    await symlink(process.execPath, inside('node_modules', 'node', 'bin', 'node'))
  }
  return {
    ...folder,
    bin: inside('bin', 'procession'),
    run: (...commandLine) => run(inside('bin', 'procession'), commandLine, {}),
    builds: async () => (await readFile(inside('builds'), 'utf8').catch(() => '')).split('\n').filter(Boolean).length,
  }
}

function run(file: string, commandLine: readonly string[], environment: Record<string, string>) {
  const { PROCESSION_NODE: _, ...inherited } = process.env
  return spawnSync(file, [...commandLine], { encoding: 'utf8', env: { ...inherited, ...environment } })
}

async function makeNewer(file: string): Promise<void> {
  const soon = new Date(Date.now() + 5_000)
  await utimes(file, soon, soon)
}

describe('bin/procession in a clone', () => {
  test('builds once and hands every argument on as it is; the build is not on stdout', async () => {
    await using clone = await fakeClone({ hasNode: true })
    const first = clone.run('show', '--json', 'a b', '')
    expect(JSON.parse(first.stdout).slice(1)).toEqual(['show', '--json', 'a b', ''])
    expect(first.stderr).toContain('noise of the build')
    expect(clone.run('list').status).toBe(0)
    expect(await clone.builds()).toBe(1)
  })

  test('builds again where a source is newer, or a folder has changed', async () => {
    await using clone = await fakeClone({ hasNode: true })
    clone.run()
    await writeFile(path.join(clone.path, 'src', 'main', 'new.ts'), '')
    await makeNewer(path.join(clone.path, 'src', 'main', 'new.ts'))
    clone.run()
    expect(await clone.builds()).toBe(2)
    await rm(path.join(clone.path, 'src', 'main', 'new.ts'))
    await makeNewer(path.join(clone.path, 'src', 'main'))
    clone.run()
    expect(await clone.builds()).toBe(3)
  })

  test('answers the Tab key with what was built last', async () => {
    await using clone = await fakeClone({ hasNode: true })
    expect(clone.run('complete', '--', 'session', '').status).toBe(1)
    clone.run()
    await writeFile(path.join(clone.path, 'src', 'main', 'new.ts'), '')
    await makeNewer(path.join(clone.path, 'src', 'main', 'new.ts'))
    for (const words of [['complete'], ['-C', '/x', 'complete', '--quoted']]) {
      const { stdout } = clone.run(...words, '--', 'session', '')
      expect(JSON.parse(stdout).slice(1)).toEqual([...words, '--', 'session', ''])
    }
    expect(await clone.builds()).toBe(1)
  })

  test('says that it cannot be built, and fails', async () => {
    await using clone = await fakeClone({ hasNode: true })
    await writeFile(path.join(clone.path, 'scripts', 'build.mjs'), 'process.exit(3)')
    expect(clone.run('list')).toMatchObject({ status: 1, stdout: '' })
    expect(clone.run('list').stderr).toContain('this clone could not be built')
  })

  test('sets a bare clone up with the node in PATH, and says so', async () => {
    await using clone = await fakeClone({ hasNode: false })
    const { stderr } = run(clone.bin, [], { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` })
    expect(stderr).toContain('not set up yet: installing its dependencies first')
    expect(await clone.builds()).toBe(1)
  })

  test('says what to do where there is no node at all', async () => {
    await using clone = await fakeClone({ hasNode: false })
    await using empty = await temporaryFolder()
    const { status, stderr } = run(clone.bin, [], { PATH: empty.path })
    expect(status).toBe(1)
    expect(stderr).toContain('install Node 20 or newer')
  })

  test('runs on PROCESSION_NODE, and refuses one that cannot be run', async () => {
    await using clone = await fakeClone({ hasNode: true })
    const node = path.join(clone.path, 'another-node')
    await writeFile(node, `#!/bin/sh\nANOTHER=1 exec "${process.execPath}" "$@"\n`)
    await chmod(node, 0o755)
    expect(run(clone.bin, ['list'], { PROCESSION_NODE: node }).status).toBe(0)
    const refused = run(clone.bin, ['list'], { PROCESSION_NODE: '/nowhere/node' })
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain('PROCESSION_NODE is not a program: /nowhere/node')
  })

  test('is found through symbolic links, absolute and relative', async () => {
    await using clone = await fakeClone({ hasNode: true })
    await using elsewhere = await temporaryFolder()
    await symlink(clone.bin, path.join(elsewhere.path, 'absolute'))
    await symlink('absolute', path.join(elsewhere.path, 'relative'))
    const { stdout } = run(path.join(elsewhere.path, 'relative'), ['list'], {})
    expect(JSON.parse(stdout)[1]).toBe('list')
  })
})

test.each([
  ['inside the app', ['resources', 'app'], ['resources', 'node', 'bin']],
  ['below it', ['.'], ['resources', 'node', 'bin']],
])('bin/procession in a package finds the Node that lies %s', async (_name, root, node) => {
  await using folder = await temporaryFolder()
  const app = path.join(folder.path, ...root)
  await mkdir(path.join(app, 'bin'), { recursive: true })
  await mkdir(path.join(app, 'out', 'main'), { recursive: true })
  await mkdir(path.join(folder.path, ...node), { recursive: true })
  await cp(launcher, path.join(app, 'bin', 'procession'))
  await writeFile(path.join(app, 'out', 'main', 'cli.js'), program)
  await symlink(process.execPath, path.join(folder.path, ...node, 'node'))
  expect(JSON.parse(run(path.join(app, 'bin', 'procession'), ['--version'], {}).stdout)[1]).toBe('--version')
})

test('bin/procession without any Node says what to do', async () => {
  await using folder = await temporaryFolder()
  await mkdir(path.join(folder.path, 'bin'))
  await cp(launcher, path.join(folder.path, 'bin', 'procession'))
  const { status, stderr } = run(path.join(folder.path, 'bin', 'procession'), [], {})
  expect(status).toBe(1)
  expect(stderr).toContain('set PROCESSION_NODE to a Node 24 binary')
})
