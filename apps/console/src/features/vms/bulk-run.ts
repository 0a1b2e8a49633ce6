/** One verb for several VMs: each is asked on its own, and each has its own result. */
import { ApiError, type Vm } from '@loucloud/api';
import { call } from '../../app/api.ts';
import { type Verb, runVerb } from './vm-verbs.ts';

export type BulkVerb = Extract<Verb, 'start' | 'shutdown' | 'powerOff' | 'delete' | 'purge'> | 'undelete';

/** `accepted` with no operation: it is done already. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly operationId: string | null }
  | { readonly kind: 'refused'; readonly error: ApiError }
  | { readonly kind: 'notAsked' };

export interface BulkResult {
  readonly vm: Vm;
  readonly outcome: Outcome;
}

interface BulkRun {
  readonly verb: BulkVerb;
  readonly vms: readonly Vm[];
  readonly onAnswer: (count: number) => void;
  /** Whoever has not been asked by then is not asked. */
  readonly signal: AbortSignal;
}

/** So many requests at once; the browser would queue the rest anyway. */
const AT_ONCE = 4;

export async function runForEach({ verb, vms, onAnswer, signal }: BulkRun): Promise<BulkResult[]> {
  const waiting = [...vms];
  const outcomes = new Map<string, Outcome>();
  const worker = async () => {
    for (let vm = waiting.shift(); vm && !signal.aborted; vm = waiting.shift()) {
      outcomes.set(vm.id, await outcomeOf(verb, vm.id));
      onAnswer(outcomes.size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return vms.map((vm) => ({ vm, outcome: outcomes.get(vm.id) ?? { kind: 'notAsked' } }));
}

async function outcomeOf(verb: BulkVerb, vmId: string): Promise<Outcome> {
  try {
    if (verb === 'undelete') {
      await call('vmUndelete', { params: { vmId }, body: {} });
      return { kind: 'accepted', operationId: null };
    }
    const { operationId } = await runVerb(verb, vmId);
    return { kind: 'accepted', operationId };
  } catch (error) {
    if (error instanceof ApiError) return { kind: 'refused', error };
    throw error;
  }
}
