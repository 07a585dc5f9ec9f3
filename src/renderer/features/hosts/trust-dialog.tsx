import { Copy } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { HostKey } from '../../../shared/domain/host.ts'
import type { Failure } from '../../../shared/domain/result.ts'
import { compareKeyCommand } from '../../../shared/text/host-row.ts'
import { daemon } from '../../data/daemon.ts'
import { closeDialog } from '../../data/dialog-store.ts'
import { useRows } from '../../data/rows-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Mark } from '../../ui/mark.tsx'
import { notify } from '../../ui/toasts.tsx'

type Shown =
  | { readonly kind: 'asking' }
  | { readonly kind: 'key'; readonly key: HostKey }
  | { readonly kind: 'failed'; readonly failure: Failure }

const sentence = ({ message, hint }: Failure): string => `${message} ${hint}`.trim()

/** Shows the key of a host that is not known yet, and how to compare it, before it is trusted. */
export function TrustDialog({ name }: { readonly name: string }) {
  const [shown, setShown] = useState<Shown>({ kind: 'asking' })
  const [refusal, setRefusal] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const cancel = useRef<HTMLButtonElement>(null)
  const address = useRows((state) => state.hosts.get(name)?.address ?? null)
  useEffect(() => {
    const asking = new AbortController()
    void daemon()
      .call('hosts.trust', { name, fingerprint: null }, { signal: asking.signal })
      .then((answer) => {
        if (asking.signal.aborted) return
        setShown(answer.ok ? { kind: 'key', key: answer.value.key } : { kind: 'failed', failure: answer })
      })
    return () => asking.abort()
  }, [name])
  const trust = async ({ fingerprint }: HostKey) => {
    setBusy(true)
    const answer = await daemon().call('hosts.trust', { name, fingerprint })
    setBusy(false)
    if (!answer.ok) {
      setRefusal(answer)
      return
    }
    closeDialog()
    notify('succeeded', `The key of ${name} is trusted`, 'It is being connected.')
    // The button that opened this is gone with the unknown key.
    requestAnimationFrame(() => window.dispatchEvent(new CustomEvent('procession:focus-hosts')))
  }
  return (
    <Dialog
      title={`Trust the key of ${name}?`}
      role="alertdialog"
      onClose={closeDialog}
      initialFocus={cancel}
      foot={
        <>
          {shown.kind === 'key' && (
            <Button disabled={busy} onClick={() => void trust(shown.key)}>
              Trust key
            </Button>
          )}
          <Button ref={cancel} onClick={closeDialog}>
            Cancel
          </Button>
        </>
      }
    >
      {shown.kind === 'asking' && (
        <p className="host-step" role="status">
          <Mark kind="starting" />
          Asking {name} for its key
        </p>
      )}
      {shown.kind === 'failed' && <Refusal text={sentence(shown.failure)} />}
      {shown.kind === 'key' && <KeyToCompare name={name} address={address} hostKey={shown.key} />}
      {refusal && <Refusal text={sentence(refusal)} />}
    </Dialog>
  )
}

const Refusal = ({ text }: { readonly text: string }) => (
  <p className="field-error" role="alert">
    <Mark kind="failed" />
    <span>{text}</span>
  </p>
)

type KeyProps = { readonly name: string; readonly address: string | null; readonly hostKey: HostKey }

function KeyToCompare({ name, address, hostKey }: KeyProps) {
  const command = compareKeyCommand(hostKey.type)
  return (
    <>
      <p>
        {name} shows a key that known_hosts does not list. Anybody on the way there could show one: compare it before
        you trust it.
      </p>
      <dl className="facts key-facts">
        <dt>Host</dt>
        <dd>
          {name}
          {address !== null && <span className="muted"> {address}</span>}
        </dd>
        <dt>Key type</dt>
        <dd>{hostKey.type}</dd>
        <dt>Fingerprint</dt>
        <dd className="copied">
          <span className="mono">{hostKey.fingerprint}</span>
          <IconButton
            label="Copy fingerprint"
            icon={Copy}
            size="small"
            onClick={() => void copyText(hostKey.fingerprint, 'Fingerprint')}
          />
        </dd>
      </dl>
      <p>Run this on {name}, from a place that you trust already, or ask whoever runs it:</p>
      <p className="copied">
        <span className="mono">{command}</span>
        <IconButton label="Copy command" icon={Copy} size="small" onClick={() => void copyText(command, 'Command')} />
      </p>
      <p>Trust the key only if both fingerprints are the same, to the last character.</p>
    </>
  )
}
