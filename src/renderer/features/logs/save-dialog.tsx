import { type FormEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import type { LogStreams } from '../../../shared/contract/contract.ts'
import { formatBytes } from '../../../shared/text/bytes.ts'
import { daemon } from '../../data/daemon.ts'
import { closeDialog } from '../../data/dialog-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormRow } from '../../ui/field.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { notify } from '../../ui/toasts.tsx'
import type { Offsets } from './log-files.ts'
import { LogSource } from './log-source.ts'
import { streamOptions } from './log-words.ts'
import { type Picked, pickedBytes } from './picked.ts'
import { saveLog } from './save-log.ts'
import { chooseTarget } from './save-target.ts'

type SaveDialogProps = {
  readonly ids: readonly string[]
  readonly names: readonly string[] | null
  /** What the file is called, without its ending. */
  readonly title: string
  /** The streams that are shown, to which `picked` belongs. */
  readonly streams: LogStreams
  readonly picked: Picked | null
}

type Range = { readonly from: Offsets; readonly to: Offsets }

/** Saves the whole log or the selected lines as a file, as the program wrote them. */
export function SaveDialog({ ids, names, title, streams: shown, picked }: SaveDialogProps) {
  const [what, setWhat] = useState<'all' | 'picked'>(picked === null ? 'all' : 'picked')
  const [streams, setStreams] = useState(shown)
  const [problem, setProblem] = useState<string>()
  const [saved, setSaved] = useState<number | null>(null)
  const saving = useRef<AbortController | null>(null)
  const button = useRef<HTMLButtonElement>(null)
  const formId = useId()
  const source = useMemo(
    () => new LogSource(daemon(), ids, what === 'picked' ? shown : streams),
    [ids, what, shown, streams],
  )
  const whole = useExtent(source)
  const range = what === 'picked' ? picked : whole
  const bytes = range === null ? null : pickedBytes(range)
  useEffect(() => () => saving.current?.abort(), [])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (range === null || saving.current) return
    const chosen = await chooseTarget(`${title}.log`)
    if (chosen === null) return
    if (!chosen.ok) {
      setProblem(`${chosen.message} ${chosen.hint}`)
      return
    }
    const own = new AbortController()
    saving.current = own
    setProblem(undefined)
    setSaved(0)
    const done = await saveLog(chosen.value, { source, range, names, signal: own.signal, onProgress: setSaved })
    saving.current = null
    setSaved(null)
    if (own.signal.aborted) return
    if (!done.ok) {
      setProblem(`The log was not saved. ${done.message} ${done.hint}`.trim())
      return
    }
    closeDialog()
    const { droppedBytes } = done.value
    const missing =
      droppedBytes === 0 ? '' : `${formatBytes(droppedBytes)} of it had been dropped before and are missing.`
    notify('succeeded', `${formatBytes(done.value.bytes)} saved`, missing)
  }
  const cancel = () => {
    if (saving.current) saving.current.abort()
    else closeDialog()
  }

  return (
    <Dialog
      title="Save log"
      narrow
      onClose={closeDialog}
      initialFocus={button}
      foot={
        <>
          <Button onClick={cancel}>{saved === null ? 'Cancel' : 'Stop saving'}</Button>
          <Button ref={button} look="primary" type="submit" form={formId} disabled={saved !== null || range === null}>
            Save as…
          </Button>
        </>
      }
    >
      <form id={formId} className="log-form" onSubmit={(event) => void submit(event)}>
        {picked !== null && (
          <FormRow label="Lines">
            {(wiring) => (
              <Segmented
                label="Lines"
                value={what}
                options={[
                  { value: 'all', label: 'Whole log' },
                  { value: 'picked', label: 'Selected lines' },
                ]}
                onChange={setWhat}
                {...wiring}
              />
            )}
          </FormRow>
        )}
        {what === 'all' && (
          <FormRow label="Streams">
            {(wiring) => (
              <Segmented label="Streams" value={streams} options={streamOptions} onChange={setStreams} {...wiring} />
            )}
          </FormRow>
        )}
        <SaveState bytes={bytes} saved={saved} problem={problem} />
      </form>
    </Dialog>
  )
}

function SaveState(props: {
  readonly bytes: number | null
  readonly saved: number | null
  readonly problem: string | undefined
}) {
  const { bytes, saved, problem } = props
  if (problem !== undefined) {
    return (
      <p className="field-error" role="alert">
        <Mark kind="failed" />
        <span>{problem}</span>
      </p>
    )
  }
  if (bytes === null) return <p className="muted">Asking how large it is</p>
  if (saved === null) return <p className="muted">{formatBytes(bytes)}, as the program wrote it.</p>
  return (
    <p className="save-progress">
      <progress aria-label="Saved" value={Math.min(saved, bytes)} max={Math.max(1, bytes)} />
      <span className="muted">
        {formatBytes(saved)} of {formatBytes(bytes)}
      </span>
    </p>
  )
}

/** All that the chosen streams hold; null until it is known. */
function useExtent(source: LogSource): Range | null {
  const [extent, setExtent] = useState<Range | null>(null)
  useEffect(() => {
    let isOver = false
    setExtent(null)
    void source.extent().then((answer) => {
      if (!isOver && answer.ok) setExtent(answer.value)
    })
    return () => {
      isOver = true
    }
  }, [source])
  return extent
}
