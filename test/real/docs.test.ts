import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { documentationPages, documentationRoot, type Example, examplesOf } from '../helpers/documentation.ts'
import { type CliRun, liveChild, type TestHome, testHome } from '../helpers/home.ts'
import { skipOrFail } from '../helpers/real-parts.ts'
import { until } from '../helpers/until.ts'

/** A page has up to some fifty commands of a quarter of a second each; a loaded machine takes a few times as long. */
const pageTimeoutMs = 180_000
const exampleTimeoutMs = 60_000

/** Where `serve` listens unless it is told otherwise. A person's own may be running beside the tests. */
const defaultPort = 7517

/** 128 + SIGINT (bash(1), EXIT STATUS). */
const interrupted = 130

const servesAtDefault = ({ text, treatment }: Example): boolean =>
  treatment.kind === 'interrupt' && text.trim() === 'procession serve'

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

const pages = documentationPages().filter((page) =>
  examplesOf(page).some(({ treatment }) => treatment.kind !== 'no-run'),
)

describe('every example of the documentation works as it stands', () => {
  test.for(pages)('%s', { timeout: pageTimeoutMs }, async (page, context) => {
    const examples = examplesOf(page)
    if (examples.some(servesAtDefault) && (await isTaken(defaultPort))) {
      skipOrFail(context, `needs port ${defaultPort}, which another program holds`)
    }
    await using home = await testHome()
    const shell = shellOf(home)
    for (const example of examples) {
      if (example.treatment.kind === 'no-run') continue
      const { code, stdout, stderr } = await runExample(shell, example)
      // What is only ended by Ctrl-C has done its work; what had more to tell says that it was cut short.
      const exits = example.treatment.kind === 'run' ? [example.treatment.exit] : [0, interrupted]
      expect(exits, `${page}:${example.line}\n${example.text}${stdout}${stderr}`).toContain(code)
    }
  })
})

test('the examples are there', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/cli.md', 'docs/gutools-session.md']))
})

/** A shell that remembers between examples what a person's would: its folder and its exported variables. */
type Shell = { readonly state: string; readonly env: Readonly<Record<string, string>>; readonly cwd: string }

function shellOf(home: TestHome): Shell {
  const state = path.join(home.folder, 'shell')
  mkdirSync(state)
  const bin = path.join(documentationRoot, 'bin')
  return { state, env: { ...home.env, PATH: `${bin}:${home.env.PATH}`, STATE: state }, cwd: home.workspace }
}

const remember = `trap 'code=$?; export -p >"$STATE/variables"; pwd >"$STATE/folder"; exit "$code"' EXIT
`
const recall = `if [ -e "$STATE/variables" ]; then . "$STATE/variables"; cd "$(cat "$STATE/folder")"; fi
set -eu
`

async function runExample(shell: Shell, { text, treatment }: Example): Promise<CliRun> {
  const isInterrupted = treatment.kind === 'interrupt'
  if (isInterrupted && text.trim().includes('\n')) throw new Error(`More than one command to interrupt:\n${text}`)
  const script = isInterrupted ? `${recall}exec ${text}` : `${remember}${recall}${text}`
  const child = spawn('/bin/sh', ['-c', script], {
    cwd: shell.cwd,
    env: { ...shell.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const live = liveChild(child)
  const timer = setTimeout(() => live.kill('SIGKILL'), exampleTimeoutMs)
  try {
    if (isInterrupted) {
      await until(() => live.output().includes('\n') || child.exitCode !== null, { what: `a line of ${text}` })
      live.kill('SIGINT')
    }
    return await live.ended
  } finally {
    clearTimeout(timer)
  }
}
