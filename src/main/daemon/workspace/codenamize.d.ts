declare module '@codenamize/codenamize' {
  /** adjective-noun, deterministic for a seed. */
  const codenamize: (seed: string) => string
  export default codenamize
}
