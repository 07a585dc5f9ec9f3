import { useConnection } from '../../data/connection-store.ts'
import { useRows } from '../../data/rows-store.ts'
import { Empty } from '../../ui/empty.tsx'
import { Mark } from '../../ui/mark.tsx'

/** What stands in place of any screen before the daemon has said what there is, or when it refused to. */
export function NotReady() {
  const phase = useRows((state) => state.phase)
  if (phase.kind === 'failed') return <Refused title={phase.failure.message} body={phase.failure.hint} />
  return <Loading />
}

function Refused({ title, body }: { readonly title: string; readonly body: string }) {
  return <Empty art={<Mark kind="failed" />} title={title} body={body} />
}

function Loading() {
  const client = useConnection((state) => state.client)
  const gaveUp = useConnection((state) => state.link?.kind === 'gave-up')
  if (gaveUp) return <Empty art={<Mark kind="unknown" />} title="The daemon is not running" />
  if (client.kind === 'refused') return <Refused title={client.message} body={client.hint} />
  return <Empty art={<Mark kind="starting" />} title="Connecting to the daemon" />
}
