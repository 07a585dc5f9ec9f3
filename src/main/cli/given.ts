type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

/** The members that are not undefined: what was not asked for is not sent. */
export function given<T extends Record<string, unknown>>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>
}
