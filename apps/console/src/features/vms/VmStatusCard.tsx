/** How the VM is, why, what is being done to it, and what to do about the last failure. */
import type { Vm, VmAction } from '@loucloud/api';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Time } from '../../ui/Time.tsx';
import { actionMessages, causeMessages } from '../../words/vms.messages.ts';
import { CancelButton } from '../operations/CancelButton.tsx';
import { OperationStatus } from '../operations/OperationStatus.tsx';
import type { useVmActions } from './vm-actions.tsx';
import { actionIcons } from './vm-verbs.ts';
import { vmsMessages } from './vms.messages.ts';

interface VmStatusCardProps {
  readonly vm: Vm;
  readonly actions: ReturnType<typeof useVmActions>;
}

export function VmStatusCard({ vm, actions }: VmStatusCardProps) {
  const t = useT(vmsMessages);
  const causes = useT(causeMessages);
  const { operation, lastProblem } = vm;
  const isShuttingDown = operation?.type === 'vm.shutdown' || operation?.type === 'vm.reboot';
  return (
    <div className="card">
      <div className="card-body">
        <p className="m-0">
          {capitalized(causes(vm.stateCause))}
          <span className="text-secondary">
            {' · '}
            <Time at={vm.stateChangedAt} />
          </span>
        </p>
        {operation && (
          <div className="mt-3">
            <OperationStatus operation={operation} />
            {operation.isCancellable && (
              <div className="mt-2">
                <CancelButton operation={operation} />
              </div>
            )}
            {isShuttingDown && <Next vm={vm} action="powerOff" actions={actions} label={t('powerOffNow')} />}
          </div>
        )}
        {lastProblem && !operation && <LastProblem vm={vm} problem={lastProblem} actions={actions} />}
        {vm.description && <p className="mt-3 mb-0 text-secondary description">{vm.description}</p>}
      </div>
    </div>
  );
}

function LastProblem({
  vm,
  problem,
  actions,
}: VmStatusCardProps & { problem: NonNullable<Vm['lastProblem']> }) {
  const t = useT(vmsMessages);
  const errorText = useErrorText();
  const next = nextStep(vm);
  return (
    <div className="alert alert-danger mt-3 mb-0" role="alert">
      <div className="alert-icon">
        <IconAlertTriangle aria-hidden="true" />
      </div>
      <div>
        <p className="alert-heading h4 mb-1">{t('lastProblem')}</p>
        <div>{errorText(problem)}</div>
        {problem.hint && (
          <div className="small mt-1 text-break">{t('libvirtSays', { hint: problem.hint })}</div>
        )}
        {next && <Next vm={vm} action={next} actions={actions} />}
      </div>
    </div>
  );
}

/** What gets the VM out of it, if the server allows it now. */
export function nextStep(vm: Pick<Vm, 'lastProblem' | 'actions'>): VmAction | null {
  const wanted: readonly VmAction[] =
    vm.lastProblem?.code === 'guest_ignored_shutdown' ? ['powerOff'] : ['start', 'restore'];
  return wanted.find((action) => vm.actions[action] === 'ok') ?? null;
}

function Next({ vm, action, actions, label }: VmStatusCardProps & { action: VmAction; label?: string }) {
  const names = useT(actionMessages);
  return (
    <div className="mt-2">
      <ActionButton
        className="btn-sm"
        icon={actionIcons[action]}
        reason={actions.reason(vm, action)}
        onClick={() => actions.run(vm, action)}
      >
        {label ?? names(action)}
      </ActionButton>
    </div>
  );
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
