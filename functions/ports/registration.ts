/** Who may open an account. The first account can always be opened. */
export interface Registration {
  /** `open`: everybody. `invite`: who has an invitation; there are none yet, so nobody. `closed`: nobody. */
  mode(): 'open' | 'invite' | 'closed';
}
