/** What can be wrong with a host, as data. */
import { setTimeout as delay } from 'node:timers/promises';
import type { AnyProcedureName } from '@loucloud/libvirt';

interface OfCalls {
  /** All of them unless told. */
  readonly procedures?: readonly AnyProcedureName[];
}

export type Fault =
  /** Each call takes so much longer. */
  | ({ readonly kind: 'slow'; readonly ms: number } & OfCalls)
  /** Calls get no answer while keepalive does; held before they are carried out, or after. They go on when it ends. */
  | ({ readonly kind: 'hang'; readonly at?: 'call' | 'reply' } & OfCalls)
  /** Calls are refused, with one of libvirt's numbers (`ErrorNumber`). */
  | ({ readonly kind: 'refuse'; readonly number: number; readonly message: string } & OfCalls)
  /** As a stopped process: it takes connections, and nothing is answered, keepalive neither. */
  | { readonly kind: 'freeze' }
  /** Connections end, and no new one is taken. */
  | { readonly kind: 'cut' }
  /** What happens is not told. */
  | { readonly kind: 'lose events' };

export type FaultKind = Fault['kind'];

interface Active {
  readonly fault: Fault;
  readonly lifted: PromiseWithResolvers<void>;
}

/** Those that a host has now. */
export class Faults {
  readonly #active = new Set<Active>();

  add(fault: Fault): void {
    this.#active.add({ fault, lifted: Promise.withResolvers() });
  }

  clear(): void {
    for (const { lifted } of this.#active) lifted.resolve();
    this.#active.clear();
  }

  has(kind: FaultKind): boolean {
    return [...this.#active].some(({ fault }) => fault.kind === kind);
  }

  /** Settles when the call may be carried out. */
  async beforeCall(name: AnyProcedureName): Promise<void> {
    for (const { fault, lifted } of this.#active) {
      if (!isOf(fault, name)) continue;
      if (fault.kind === 'slow') await delay(fault.ms);
      if (fault.kind === 'hang' && fault.at !== 'reply') await lifted.promise;
    }
  }

  refusalOf(name: AnyProcedureName): Extract<Fault, { kind: 'refuse' }> | null {
    for (const { fault } of this.#active) if (fault.kind === 'refuse' && isOf(fault, name)) return fault;
    return null;
  }

  async beforeReply(name: AnyProcedureName): Promise<void> {
    for (const { fault, lifted } of this.#active)
      if (fault.kind === 'hang' && fault.at === 'reply' && isOf(fault, name)) await lifted.promise;
  }
}

const isOf = (fault: Fault, name: AnyProcedureName): boolean =>
  !('procedures' in fault) || fault.procedures === undefined || fault.procedures.includes(name);
