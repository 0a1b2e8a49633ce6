import type { Vm } from '@loucloud/api';
import { IconAlertTriangle, IconDots } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useErrorText } from '../../app/error-text.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { Time } from '../../ui/Time.tsx';
import { actionMessages, causeMessages } from '../../words/vms.messages.ts';
import { OperationStatus } from '../operations/OperationStatus.tsx';
import { Thumbnail } from '../screens/Thumbnail.tsx';
import { Addresses } from '../vms/Addresses.tsx';
import { VmStateBadge } from '../vms/VmStateBadge.tsx';
import type { useVmActions } from '../vms/vm-actions.tsx';
import { actionIcons, mainActions } from '../vms/vm-verbs.ts';
import { vmsMessages } from '../vms/vms.messages.ts';
import { homeMessages } from './home.messages.ts';

export function MachineCard({ vm, actions }: { vm: Vm; actions: ReturnType<typeof useVmActions> }) {
  const t = useT(homeMessages);
  const vms = useT(vmsMessages);
  const names = useT(actionMessages);
  const format = useFormat();
  const main = mainActions(vm)
    .filter((action) => action !== 'openSerialConsole')
    .slice(0, 2);
  return (
    <article className="card machine" aria-label={vm.name}>
      <Thumbnail vm={vm} />
      <div className="card-body">
        <div className="d-flex align-items-start gap-2">
          <div className="flex-fill min-width-0">
            <h2 className="card-title mb-1 text-truncate">
              <Link to={`/vms/${vm.id}`}>{vm.name}</Link>
            </h2>
            <div className="text-secondary small">
              {vms('sizeText', { vcpus: vm.vcpus, memory: format.mib(vm.memoryMib) })} · {vm.templateName}
            </div>
          </div>
          <VmStateBadge vm={vm} />
        </div>
        <div className="machine-news">
          {vm.operation ? <OperationStatus operation={vm.operation} /> : <News vm={vm} />}
        </div>
        <div className="machine-address">{vm.state === 'running' && <Addresses vm={vm} most={2} />}</div>
      </div>
      <div className="card-footer machine-actions d-flex gap-2">
        {main.map((action, index) => (
          <ActionButton
            key={action}
            icon={actionIcons[action]}
            className={index === 0 ? 'btn-primary flex-fill' : ''}
            reason={actions.reason(vm, action)}
            onClick={() => actions.run(vm, action)}
          >
            {names(action)}
          </ActionButton>
        ))}
        <Menu
          items={actions.menu(vm, main)}
          label={t('moreActions', { name: vm.name })}
          className="btn btn-icon ms-auto"
        >
          <IconDots size={18} aria-hidden="true" />
        </Menu>
      </div>
    </article>
  );
}

/** Where one will be. */
export const AwaitedMachine = () => (
  <div className="card machine late placeholder-glow" aria-hidden="true">
    <div className="thumbnail is-awaited" />
    <div className="card-body machine-placeholder">
      <span className="placeholder col-6" />
      <span className="placeholder col-9" />
    </div>
  </div>
);

/** Why it is as it is; a failure comes first. */
function News({ vm }: { vm: Vm }) {
  const causes = useT(causeMessages);
  const errorText = useErrorText();
  if (vm.lastProblem) {
    return (
      <p className="small text-danger m-0">
        <IconAlertTriangle size={16} aria-hidden="true" /> {errorText(vm.lastProblem)}
      </p>
    );
  }
  return (
    <p className="small text-secondary m-0 sentence">
      {causes(vm.stateCause)} · <Time at={vm.stateChangedAt} />
    </p>
  );
}
