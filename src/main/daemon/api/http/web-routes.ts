import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as z from 'zod'
import type { Failure } from '../../../../shared/domain/result.ts'
import { failure } from '../../../../shared/domain/result.ts'
import { epochMs } from '../../../../shared/domain/units.ts'
import { freshAddressNeeded } from '../../../../shared/text/refusals.ts'
import type { LoginLimit } from './login-limit.ts'
import type { OneTimeTokens } from './one-time-tokens.ts'
import { hasOwnHost, isFromOwnPage } from './own-origin.ts'
import { readRendererFile } from './renderer-files.ts'
import { pageHeaders } from './security-headers.ts'
import { hashSecret, newSecret, type WebKeyStore, webKeyLifetimeMs } from './web-keys.ts'

/** What one loopback listener needs to serve the interface to browsers and nobody else. */
export type WebAccess = {
  /** Host headers that are this listener's own. */
  readonly hosts: readonly string[]
  readonly tokens: OneTimeTokens
  readonly keys: WebKeyStore
  readonly limit: LoginLimit
  /** Folder of the built renderer. */
  readonly rendererFolder: string
}

type App = Hono<{ Bindings: HttpBindings }>
type AppContext = Context<{ Bindings: HttpBindings }>

/** A token is 43 characters. */
const maxKeyRequestBytes = 1024
const keyRequestSchema = z.strictObject({ token: z.string().max(256) })

/** The page with its files, and the exchange of a one-time token for the key of a tab. */
export function addWebRoutes(app: App, web: WebAccess): void {
  app.get('/', (context, next) => (wantsPage(context) ? servePage(context, web) : next()))
  app.get('/index.html', (context) => servePage(context, web))
  app.post('/web/key', bodyLimit({ maxSize: maxKeyRequestBytes, onError: refuseBody }), (context) =>
    exchangeToken(context, web),
  )
  app.get('*', async (context, next) => {
    const file = await readRendererFile(web.rendererFolder, context.req.path)
    if (!file) return next()
    const caching = file.immutable ? 'public, max-age=31536000, immutable' : 'no-store'
    return context.body(file.body, 200, { 'Content-Type': file.type, 'Cache-Control': caching })
  })
}

const wantsPage = (context: AppContext) => context.req.header('Accept')?.includes('text/html') ?? false

async function servePage(context: AppContext, web: WebAccess): Promise<Response> {
  const request = context.env.incoming
  if (!hasOwnHost(request, web.hosts)) {
    return context.text(`This page is served as http://${web.hosts[0]} only.\n`, 403)
  }
  const page = await readRendererFile(web.rendererFolder, '/index.html')
  if (!page) return context.text('The web interface is not built: its index.html is missing.\n', 503)
  return context.body(page.body, 200, { 'Content-Type': page.type, ...pageHeaders(request.headers.host ?? '') })
}

async function exchangeToken(context: AppContext, web: WebAccess): Promise<Response> {
  const request = context.env.incoming
  if (!isFromOwnPage(request, web.hosts)) return refuse(context, 403, foreignPage())
  if (web.limit.blocked(addressOf(request))) {
    context.header('Retry-After', '60')
    return refuse(context, 429, tooManyLogins())
  }
  const body = keyRequestSchema.safeParse(await context.req.json().catch(() => null))
  if (!body.success) return refuseBody(context)
  if (!web.tokens.redeem(body.data.token)) {
    web.limit.failed(addressOf(request))
    return refuse(context, 403, freshAddressNeeded)
  }
  const key = newSecret()
  web.keys.add(hashSecret(key), epochMs(Date.now() + webKeyLifetimeMs))
  return context.json({ key }, 200, { 'Cache-Control': 'no-store' })
}

const refuse = (context: AppContext, status: 400 | 403 | 429, { code, message, hint }: Failure) =>
  context.json({ code, message, hint }, status, { 'Cache-Control': 'no-store' })

const refuseBody = (context: AppContext) =>
  refuse(context, 400, failure('bad_input', 'The body is not {"token": "..."}.'))
const foreignPage = () => failure('not_permitted', 'Only the page that this address serves may ask for a key.')
const tooManyLogins = () =>
  failure('not_permitted', 'Too many failed logins from this address.', 'Wait a minute and try again.')

/** Who asks, as far as failed logins are counted. */
export const addressOf = (request: IncomingMessage): string => request.socket.remoteAddress ?? ''
