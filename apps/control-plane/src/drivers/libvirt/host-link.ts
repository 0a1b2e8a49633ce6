/** A link that waits for its host: each piece of work has one deadline, which covers waiting for a connection too. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ArgsOf,
  type CallOptions,
  ConnectError,
  ConnectionLostError,
  type LibvirtStream,
  type Link,
  type LinkCallOptions,
  type ProcedureName,
  type ReplyOf,
  type StreamProcedureName,
} from '@loucloud/libvirt';
import { currentPermit } from '../../platform/claims/permit.ts';
import { UserError } from '../../platform/errors.ts';
import { hostUnreachable } from './errors.ts';

const AGAIN_MS = 100;

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

export const callsWithin = (link: Link, timeoutMs: number, signal?: AbortSignal): Calls =>
  callsOn(link, timeoutMs, signal ? { signal } : {});

/** On a connection of their own, where nobody waits for them to get out of the way. */
export const backgroundCalls = (link: Link, timeoutMs: number): Calls =>
  callsOn(link, timeoutMs, { isBackground: true });

function callsOn(link: Link, timeoutMs: number, callOptions: Omit<LinkCallOptions, 'timeoutMs'>): Calls {
  const deadlineAt = performance.now() + timeoutMs;
  const permit = currentPermit();
  const options = async () => {
    permit?.();
    await connected(link, deadlineAt, callOptions.signal);
    const leftMs = Math.ceil(deadlineAt - performance.now());
    if (leftMs <= 0) throw new UserError('deadline_exceeded', {});
    return permitted({ ...callOptions, timeoutMs: leftMs }, permit);
  };
  return {
    call: async (name, args) => link.call(name, args, await options()),
    openStream: async (name, args) => link.openStream(name, args, await options()),
    withStream: async (name, args, use) => link.withStream(name, args, use, await options()),
  };
}

/** The same options, for whoever acts under a permit: it is asked at the last moment before anything is sent. */
export const permitted = <O extends CallOptions>(options: O, permit = currentPermit()): O =>
  permit ? { ...options, beforeSend: permit } : options;

/**
 * Work that is safe to repeat: begun again when the connection is lost in the middle of it, for as long as the deadline
 * allows. What a lost reply would have said the next attempt finds out.
 */
export async function insisting<T>(
  link: Link,
  timeoutMs: number,
  work: (host: Calls) => Promise<T>,
): Promise<T> {
  const deadlineAt = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await work(callsWithin(link, Math.max(0, deadlineAt - performance.now())));
    } catch (error) {
      const isLost = error instanceof ConnectionLostError || error instanceof ConnectError;
      if (!isLost || link.state === 'closed' || performance.now() >= deadlineAt) throw error;
      // The link may not know yet, or only one of its connections cannot be made.
      if (link.state === 'connected') await delay(AGAIN_MS);
    }
  }
}

/** Fails with the deadline, the abort, or the link's own end. */
async function connected(link: Link, deadlineAt: number, signal: AbortSignal | undefined): Promise<void> {
  if (link.state === 'connected') return;
  // Where nobody watches the host it is connected to when it is first needed.
  link.start();
  const deadline = AbortSignal.timeout(Math.max(0, Math.ceil(deadlineAt - performance.now())));
  try {
    await link.whenConnected({ signal: signal ? AbortSignal.any([signal, deadline]) : deadline });
  } catch (error) {
    throw error === deadline.reason ? hostUnreachable(link.lastError) : error;
  }
}
