import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { ApiLog } from '../log.ts'
import { commonHeaders } from './security-headers.ts'
import { addWebRoutes, type WebAccess } from './web-routes.ts'

export type RouteOptions = {
  /** Version of Procession. */
  readonly version: string
  readonly log: ApiLog
  /** Null on the unix socket, which no browser reaches. */
  readonly web: WebAccess | null
}

/** The manager whose API we speak: clients of Backend.AI choose their dialect by it (its `GET /`). */
const backendAiVersion = { version: 'v6.20220315', manager: '22.03.3' }

/** The name in the `Server` header, by which one Procession knows another. */
export const serverName = 'Procession'

/** The request listener of one HTTP server. */
export function createRoutes({ version, log, web }: RouteOptions): ReturnType<typeof getRequestListener> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.use(async (context, next) => {
    await next()
    context.header('Server', `${serverName}/${version}`)
    for (const [name, value] of Object.entries(commonHeaders)) context.header(name, value)
  })
  app.get('/healthz', (context) => context.json({ ok: true }))
  if (web) addWebRoutes(app, web)
  app.get('/', (context) => context.json(backendAiVersion))
  app.notFound((context) => context.json({ message: `There is nothing at ${context.req.path}.` }, 404))
  app.onError((error, context) => {
    log.error({ err: error, path: context.req.path }, 'An HTTP request failed')
    return context.json({ message: 'The daemon failed to answer. Its log says more: procession daemon logs.' }, 500)
  })
  return getRequestListener(app.fetch, { overrideGlobalObjects: false })
}
