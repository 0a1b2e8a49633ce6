/**
 * The checks of the way to a host, in the order in which it is gone: its name, its port, who it is, whether it lets us in,
 * and that libvirt answers at the end. Nothing secret goes to a server whose key nobody has confirmed.
 */
import { type CheckName, type HostKey, checksOver } from '@loucloud/api';
import { Link, parseUri, readHostKey } from '@loucloud/libvirt';
import { type Finding, finding } from './finding.ts';
import { checkOf, lossOf } from './host-loss.ts';
import { type Way, transportKind, wayTo } from './host-transport.ts';

export interface ConnectionChecks {
  /** null: it did not come so far. The caller closes it. */
  readonly link: Link | null;
  readonly hostKey: HostKey | null;
}

export type Note = (name: CheckName, found: Finding) => void;

const CONNECT_MS = 15_000;

export async function checkConnection(way: Way, note: Note): Promise<ConnectionChecks> {
  const kind = transportKind(way.uri);
  const steps = new Steps(checksOver[kind].slice(0, checksOver[kind].indexOf('libvirt') + 1), note);
  let hostKey: HostKey | null = null;
  if (kind === 'ssh') {
    try {
      hostKey = await seenHostKey(way.uri);
    } catch (error) {
      steps.fail(error as Error, way);
      return { link: null, hostKey };
    }
    steps.passUntil('hostKey');
    if (!steps.judgeKey(hostKey, way.access?.hostKey ?? null)) return { link: null, hostKey };
  }
  const link = new Link({ ...wayTo(way), connectTimeoutMs: CONNECT_MS });
  const error = await firstAttempt(link);
  if (error === null) {
    steps.passAll();
    return { link, hostKey };
  }
  await link.close();
  steps.fail(error, way);
  return { link: null, hostKey };
}

function seenHostKey(uri: string): Promise<HostKey> {
  const { hostname: host, port } = parseUri(uri);
  return readHostKey({ host, ...(port === null ? {} : { port }) }, AbortSignal.timeout(CONNECT_MS));
}

/** One: whoever waits for the check wants to know now. */
async function firstAttempt(link: Link): Promise<Error | null> {
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  link.on('connected', () => resolve(null));
  link.on('disconnected', resolve);
  link.start();
  return promise;
}

/** What has been come past, and where it ended. */
class Steps {
  readonly #names: readonly CheckName[];
  readonly #note: Note;
  #next = 0;

  constructor(names: readonly CheckName[], note: Note) {
    this.#names = names;
    this.#note = note;
  }

  passAll(): void {
    this.#passTo(this.#names.length);
  }

  /** Up to that one, which is judged by itself. */
  passUntil(name: CheckName): void {
    this.#passTo(this.#names.indexOf(name));
  }

  judgeKey({ type, fingerprint }: HostKey, expected: string | null): boolean {
    const details = { type, fingerprint };
    this.#next++;
    if (expected === null) this.#note('hostKey', finding('warning', 'host_key_unconfirmed', details));
    else if (expected === fingerprint) this.#note('hostKey', finding('ok', 'host_key_ok', details));
    else this.#note('hostKey', finding('failed', 'host_key_changed', { ...details, expected }));
    return expected === fingerprint;
  }

  /** At the step that the error is about, or the one that comes next, if that is past. */
  fail(error: Error, way: Way): void {
    const { code, details } = lossOf(error, way);
    const at = this.#names.indexOf(checkOf[code]);
    this.#passTo(at < 0 ? this.#names.length - 1 : at);
    const name = this.#names[this.#next++];
    if (name) this.#note(name, finding('failed', code, details));
  }

  #passTo(end: number): void {
    while (this.#next < end) {
      const name = this.#names[this.#next++];
      if (name) this.#note(name, finding('ok', PASSED[name] ?? 'not_run'));
    }
  }
}

const PASSED: Partial<Record<CheckName, Finding['code']>> = {
  name: 'name_ok',
  connect: 'connect_ok',
  login: 'login_ok',
  certificate: 'certificate_ok',
  libvirt: 'libvirt_ok',
};
