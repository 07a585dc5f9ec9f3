/** How a client stands with the daemon, for people to see. */
export type ClientState =
  /** The first attempt is under way. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** Since when (ms since 1970 UTC), and how many attempts have failed since. It goes on trying, unless `once`. */
  | { readonly kind: 'disconnected'; readonly since: number; readonly attempt: number }
  /** The daemon does not want us (another version, no valid key); trying again would not help. */
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string }
