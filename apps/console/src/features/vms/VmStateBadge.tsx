import type { OperationBrief, VmState } from '@loucloud/api';
import { useT } from '../../app/language.tsx';
import { Badge, type Tone } from '../../ui/Badge.tsx';
import { busyMessages } from '../../words/operations.messages.ts';
import { stateMessages } from '../../words/vms.messages.ts';

const tones = {
  stopped: 'neutral',
  running: 'success',
  paused: 'warning',
  saved: 'info',
  crashed: 'danger',
  failed: 'danger',
  missing: 'danger',
  unknown: 'warning',
  deleted: 'neutral',
} as const satisfies Record<VmState, Tone>;

/** The state, or what is being done to it. */
export function VmStateBadge({
  vm,
}: {
  vm: { state: VmState; operation: Pick<OperationBrief, 'type'> | null };
}) {
  const states = useT(stateMessages);
  const busy = useT(busyMessages);
  if (vm.operation) {
    return (
      <Badge tone="info" isBusy>
        {busy(vm.operation.type)}
      </Badge>
    );
  }
  return <Badge tone={tones[vm.state]}>{states(vm.state)}</Badge>;
}
