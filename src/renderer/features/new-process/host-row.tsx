import { hostBarText, hostMark, hostStateDetail, hostStateWord } from '../../../shared/text/host-row.ts'
import { useNow } from '../../data/clock.ts'
import { listedHosts, suggestedHosts } from '../../data/hosts.ts'
import { useRows } from '../../data/rows-store.ts'
import { FormRow } from '../../ui/field.tsx'
import { Suggest } from '../../ui/suggest.tsx'
import { type Field, type FieldErrors, type Form, otherHostOf } from './form.ts'

type HostRowProps = {
  readonly form: Form
  readonly errors: FieldErrors
  readonly onChange: (field: Field, value: string) => void
}

/** The machine that it runs on: this one, one that is known, or any name that ssh takes. */
export function HostRow({ form, errors, onChange }: HostRowProps) {
  const hosts = useRows((state) => state.hosts)
  const now = useNow()
  const others = listedHosts(hosts).filter(({ kind }) => kind === 'ssh')
  const [well = [], troubled = []] = [true, false].map((isWell) =>
    others.filter(({ state }) => (hostMark(state) === null) === isWell).map(({ name }) => name),
  )
  // What can be used first.
  const names = [...well, ...suggestedHosts(hosts), ...troubled]
  const noteOf = (name: string) => {
    const host = hosts.get(name)
    return host ? hostBarText(host, now) : ''
  }
  return (
    <FormRow label="Host" error={errors.host} hint={hintOf(form, hosts, now)}>
      {(wiring) => (
        <Suggest
          label="Host"
          value={form.host}
          suggestions={names}
          noteOf={noteOf}
          bad={errors.host !== undefined}
          placeholder="This machine"
          onChange={(value) => onChange('host', value)}
          {...wiring}
        />
      )}
    </FormRow>
  )
}

/** What is known of the host, and what running there means. */
function hintOf(form: Form, hosts: Parameters<typeof listedHosts>[0], now: number): string | undefined {
  const name = otherHostOf(form)
  if (name === null) return undefined
  const host = hosts.get(name)
  if (!host || host.state.kind === 'idle') return `${name} is contacted through ssh when this starts.`
  const detail = hostStateDetail(host.state, now)
  return `${hostStateWord(host.state)} ${detail}.`
}
