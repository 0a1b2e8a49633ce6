/**
 * Why sshd did not open a socket: it says "open failed" for all of it, so the server is asked with a command of the login's.
 * Only ever after a failure, and only the reading of names and rights.
 */
import type { SshSession } from './ssh-session.ts';

/** `listening`: it is there and this user may open it, so it is sshd that refuses. */
export type SocketState = 'absent' | 'denied' | 'listening';

/** Null where the command cannot be run. */
export async function probeSockets(
  session: SshSession,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<SocketState | null> {
  let said: string;
  try {
    said = await session.run(`sh -c ${quote(SCRIPT)} sh ${paths.map(quote).join(' ')}`, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return null; // a login that may run nothing
  }
  const states = said.split('\n').filter(isState);
  if (states.length !== paths.length) return null;
  if (states.includes('listening')) return 'listening';
  return states.includes('denied') ? 'denied' : 'absent';
}

const isState = (word: string): word is SocketState =>
  word === 'absent' || word === 'denied' || word === 'listening';

/**
 * A folder that may not be entered hides what is in it. /proc/net/unix tells a socket in use from one that its daemon has
 * left behind; it has the path that the daemon gave, with or without the /var of /var/run.
 */
const SCRIPT = `for s in "$@"; do
if [ -S "$s" ]; then
if ! [ -w "$s" ]; then echo denied
elif grep -q -e " $s$" -e " \${s#/var}$" /proc/net/unix; then echo listening
else echo absent; fi
else
d=\${s%/*}
while [ -n "$d" ] && ! [ -d "$d" ]; do d=\${d%/*}; done
if [ -n "$d" ] && ! [ -x "$d" ]; then echo denied; else echo absent; fi
fi
done`;

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
