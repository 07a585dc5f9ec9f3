/** Lets at most `limit` callers on in one turn of the event loop, in order; the others wait for a later one. */
export function limitPerTurn(limit: number): () => Promise<void> {
  const waiting: (() => void)[] = []

  function admit(): void {
    for (const goOn of waiting.splice(0, limit)) goOn()
    if (waiting.length > 0) setImmediate(admit)
  }

  return () =>
    new Promise((goOn) => {
      waiting.push(goOn)
      if (waiting.length === 1) setImmediate(admit)
    })
}
