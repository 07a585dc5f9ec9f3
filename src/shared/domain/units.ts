declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** Milliseconds since 1970-01-01 UTC, an integer. */
export type EpochMs = Branded<number, 'EpochMs'>
/** A length of time in milliseconds. */
export type Ms = Branded<number, 'Ms'>
/** A size in bytes. */
export type Bytes = Branded<number, 'Bytes'>

export const epochMs = (value: number): EpochMs => Math.trunc(value) as EpochMs
export const ms = (value: number): Ms => value as Ms
export const seconds = (value: number): Ms => (value * 1000) as Ms
export const bytes = (value: number): Bytes => value as Bytes
