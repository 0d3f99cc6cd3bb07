/** The caller, from the verified token (I2). The directory may not know them (I3). */
export interface Viewer {
  /** The token's `sub`: a host's user id (I1). */
  readonly id: string;
  /** The words of the token's `scope`; they open `@requiresScopes` and nothing else. */
  readonly scopes: ReadonlySet<string>;
  /** The token's `exp`, in milliseconds since the epoch. */
  readonly expiresAt: number;
}
