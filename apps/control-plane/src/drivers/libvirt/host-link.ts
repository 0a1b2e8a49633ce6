/** A link that waits for its host: each piece of work has one deadline, which covers waiting for a connection too. */
import type {
  ArgsOf,
  LibvirtStream,
  Link,
  ProcedureName,
  ReplyOf,
  StreamProcedureName,
} from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import { hostUnreachable } from './errors.ts';

/** Calls that share a deadline. */
export interface Calls {
  call<N extends ProcedureName>(name: N, args: ArgsOf<N>): Promise<ReplyOf<N>>;
  /** On a connection of its own. The deadline is for opening it. */
  openStream<N extends StreamProcedureName>(name: N, args: ArgsOf<N>): Promise<LibvirtStream<ReplyOf<N>>>;
  withStream<N extends StreamProcedureName, T>(
    name: N,
    args: ArgsOf<N>,
    use: (stream: LibvirtStream<ReplyOf<N>>) => Promise<T>,
  ): Promise<T>;
}

export function callsWithin(link: Link, timeoutMs: number, signal?: AbortSignal): Calls {
  const deadlineAt = performance.now() + timeoutMs;
  const options = async () => {
    await connected(link, deadlineAt, signal);
    const leftMs = Math.ceil(deadlineAt - performance.now());
    if (leftMs <= 0) throw new UserError('deadline_exceeded', {});
    return signal ? { timeoutMs: leftMs, signal } : { timeoutMs: leftMs };
  };
  return {
    call: async (name, args) => link.call(name, args, await options()),
    openStream: async (name, args) => link.openStream(name, args, await options()),
    withStream: async (name, args, use) => link.withStream(name, args, use, await options()),
  };
}

/** Fails with the deadline, the abort, or the link's own end. */
async function connected(link: Link, deadlineAt: number, signal: AbortSignal | undefined): Promise<void> {
  if (link.state === 'connected') return;
  const deadline = AbortSignal.timeout(Math.max(0, Math.ceil(deadlineAt - performance.now())));
  try {
    await link.whenConnected({ signal: signal ? AbortSignal.any([signal, deadline]) : deadline });
  } catch (error) {
    throw error === deadline.reason ? hostUnreachable(link.lastError) : error;
  }
}
