/** Who asks. Made by the HTTP server from a session or an API token; handed to every service call. */
export interface Caller {
  readonly userId: string;
  readonly userName: string;
  readonly isAdmin: boolean;
  /** The session's or the API token's id: what a desktop is bound to. */
  readonly sessionId: string;
  readonly kind: 'session' | 'token';
  readonly address: string;
}

/** Who did it, for the audit log. null: the system itself, or something outside LouCloud. */
export type Actor = Pick<Caller, 'userId' | 'userName' | 'address'> | null;

/** What the admin has ordered as a whole takes steps of its own: they are done in the admin's name. */
export const inNameOf = (actor: Actor): Caller => ({
  userId: actor?.userId ?? '',
  userName: actor?.userName ?? '',
  address: actor?.address ?? '',
  isAdmin: true,
  sessionId: '',
  kind: 'session',
});
