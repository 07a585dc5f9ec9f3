import type { Failure } from '../../../../shared/domain/result.ts'
import { HostUnreachable } from '../../host/port.ts'

/** A machine that is reached, but on which nothing can be run for us: why, and what to do. */
export class HostUnfit extends HostUnreachable {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(`${failure.message} ${failure.hint}`.trim())
    this.failure = failure
  }
}
