declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** Milliseconds since 1970-01-01 UTC, an integer. */
export type EpochMs = Branded<number, 'EpochMs'>
/** A length of time in milliseconds. */
export type Ms = Branded<number, 'Ms'>

export const epochMs = (value: number): EpochMs => Math.trunc(value) as EpochMs
export const seconds = (value: number): Ms => (value * 1000) as Ms
