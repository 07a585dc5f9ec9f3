/**
 * What a command line looks like once it runs: env(1) becomes the program that it was asked for by name. With options or
 * variables of its own it is left as it is.
 */
export function livingArgv(argv: readonly string[]): readonly string[] {
  const [program, name = ''] = argv
  return program === '/usr/bin/env' && /^[^-=][^=]*$/.test(name) ? argv.slice(1) : argv
}
