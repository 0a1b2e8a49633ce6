import { hash, randomBytes, randomUUID } from 'node:crypto';

/** For database rows and operations: sorts by the time it was made. */
export const newId = (): string => randomUUIDv7();

/** Of a secret that is itself random: a session, an API token, a ticket. Never of a password. */
export const hashSecret = (secret: string): string => hash('sha256', secret, 'hex');

/** 256 bits that nobody can guess, safe in a URL, a cookie and a WebSocket subprotocol. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** RFC 9562 version 7, so that rows of one table lie in the order they were made. */
function randomUUIDv7(now = Date.now()): string {
  const random = randomUUID();
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

/** Of an event whose object has no id of its own: a setting, a login under a name that nobody has. */
export const NIL_ID = '00000000-0000-0000-0000-000000000000';
