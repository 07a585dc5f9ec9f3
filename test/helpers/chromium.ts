import process from 'node:process'
import type { LaunchOptions } from '@playwright/test'
import { findCommand } from '../../scripts/lib/system-packages.mjs'

/**
 * How the system's own Chromium is started; no browser is downloaded. Its sandbox refuses to run as root.
 */
export function chromiumLaunch(): LaunchOptions {
  const executablePath = findCommand('chromium')
  return {
    ...(executablePath === null ? {} : { executablePath }),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  }
}
