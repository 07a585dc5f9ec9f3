import { describe, expect, test } from 'vitest'
import { homeOptionIn, maxSocketPathBytes, placesOf, type Surroundings } from './places.ts'

const surroundings = (changes: Partial<Surroundings>): Surroundings => ({
  environment: {},
  currentFolder: '/work',
  userFolder: '/home/ada',
  userId: 1000,
  exists: () => false,
  ...changes,
})

describe('places', () => {
  test('a chosen home holds everything', () => {
    expect(placesOf(surroundings({ environment: { PROCESSION_HOME: '/srv/p' } }))).toEqual({
      chosenHome: '/srv/p',
      home: '/srv/p',
      config: '/srv/p/config.yaml',
      database: '/srv/p/procession.db',
      secrets: '/srv/p/secrets.json',
      log: '/srv/p/daemon.log',
      workspaces: '/srv/p/workspaces',
      socket: '/srv/p/daemon.sock',
      socketFolder: '/srv/p',
    })
  })

  test('--home comes before PROCESSION_HOME, and counts from the current folder', () => {
    const places = placesOf(surroundings({ homeOption: 'mine', environment: { PROCESSION_HOME: '/srv/p' } }))
    expect(places.home).toBe('/work/mine')
    expect(places.chosenHome).toBe('/work/mine')
  })

  test('without one the XDG base directories are used', () => {
    const environment = { XDG_STATE_HOME: '/s', XDG_CONFIG_HOME: '/c', XDG_RUNTIME_DIR: '/r' }
    expect(placesOf(surroundings({ environment }))).toMatchObject({
      chosenHome: null,
      home: '/s/procession',
      config: '/c/procession/config.yaml',
      secrets: '/s/procession/secrets.json',
      socket: '/r/procession/daemon.sock',
      socketFolder: '/r/procession',
    })
  })

  test('the XDG base directories have defaults, and relative ones are ignored', () => {
    const environment = { XDG_STATE_HOME: 'state', XDG_CONFIG_HOME: '', XDG_RUNTIME_DIR: './run' }
    expect(placesOf(surroundings({ environment }))).toMatchObject({
      home: '/home/ada/.local/state/procession',
      config: '/home/ada/.config/procession/config.yaml',
      socket: '/home/ada/.local/state/procession/daemon.sock',
    })
  })

  test('a shell without a login session finds the socket of the session', () => {
    const exists = (folder: string) => folder === '/run/user/1000'
    expect(placesOf(surroundings({ exists })).socket).toBe('/run/user/1000/procession/daemon.sock')
  })

  test('a socket path that is too long moves under /tmp, another one for each home', () => {
    const socketOf = (home: string) => placesOf(surroundings({ homeOption: home })).socket
    const exactly = `/${'x'.repeat(maxSocketPathBytes - '/daemon.sock'.length - 1)}`
    expect(socketOf(exactly)).toBe(`${exactly}/daemon.sock`)
    const [first, second] = [socketOf(`${exactly}y`), socketOf(`${exactly}z`)]
    expect(first).toMatch(/^\/tmp\/procession-1000\/[0-9a-f]{32}\.sock$/)
    expect(second).not.toBe(first)
    expect(socketOf(`${exactly}y`)).toBe(first)
    // Bytes count, not characters.
    expect(socketOf(`/${'é'.repeat(50)}`)).toMatch(/^\/tmp\//)
  })

  test.each([
    [['--home', '/a'], '/a'],
    [['start', '--home=/a', '--x'], '/a'],
    [['--home=/a', '--home', '/b'], '/b'],
    [['--home'], undefined],
    [['--home='], undefined],
    [['--homes=/a'], undefined],
  ])('--home in %j', (argv, home) => {
    expect(homeOptionIn(argv)).toBe(home)
  })
})
