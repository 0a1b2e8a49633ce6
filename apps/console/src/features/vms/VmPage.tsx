import type { Vm, VmAction } from '@loucloud/api';
import { IconDots, IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import { query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { useIsAdmin } from '../../app/session.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { NotFound } from '../../ui/FullPageError.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { Page } from '../../ui/Page.tsx';
import { PageSkeleton } from '../../ui/PageSkeleton.tsx';
import { PageProblem } from '../../ui/Problem.tsx';
import { kindMessages } from '../../words/nouns.messages.ts';
import { actionMessages } from '../../words/vms.messages.ts';
import { OperationsTable } from '../operations/OperationsTable.tsx';
import { StatisticsCard } from '../statistics/StatisticsCard.tsx';
import { VmAdoption } from './VmAdoption.tsx';
import { VmClassNote } from './VmClassNote.tsx';
import { VmBinned } from './VmBinned.tsx';
import { VmDetails } from './VmDetails.tsx';
import { VmDifferences } from './VmDifferences.tsx';
import { VmMissing } from './VmMissing.tsx';
import { VmStaleCopies } from './VmStaleCopies.tsx';
import { VmStateBadge } from './VmStateBadge.tsx';
import { VmStatusCard } from './VmStatusCard.tsx';
import { binMessages } from './bin.messages.ts';
import { useVmActions } from './vm-actions.tsx';
import { actionIcons, mainActions } from './vm-verbs.ts';
import { vmsMessages } from './vms.messages.ts';

const MIB = 2 ** 20;

export function VmPage() {
  const t = useT(vmsMessages);
  const bin = useT(binMessages);
  const kinds = useT(kindMessages);
  const isAdmin = useIsAdmin();
  const navigate = useNavigate();
  const { vmId = '' } = useParams();
  const { data: vm, error, refetch } = useQuery(query('vmGet', { params: { vmId } }));
  const home = isAdmin ? '/vms' : '/machines';
  const actions = useVmActions({ onDeleted: () => void navigate(home) });
  const back = { to: home, label: isAdmin ? t('back') : t('backMine') };

  if (error?.code === 'not_found' || error?.code === 'invalid_request') return <NotFound />;
  if (!vm) {
    return (
      <Page help="vm" title={kinds('vm')} back={back}>
        {error ? (
          <PageProblem error={error} onRetry={() => void refetch()} />
        ) : (
          <PageSkeleton columns={[['col-12', 3.75, 30, 28]]} />
        )}
      </Page>
    );
  }
  const main = mainActions(vm);
  return (
    <Page
      help="vm"
      title={vm.name}
      back={back}
      heading={
        <span className="d-flex flex-wrap align-items-center gap-2">
          <span className="text-break">{vm.name}</span>
          <VmStateBadge vm={vm} />
          {vm.isProtected && (
            <span title={bin('protected')}>
              <IconLock size={20} aria-label={bin('protected')} />
            </span>
          )}
        </span>
      }
      actions={
        <>
          {main.map((action, index) => (
            <MainAction key={action} vm={vm} action={action} isFirst={index === 0} actions={actions} />
          ))}
          <Menu items={actions.menu(vm, main)} label={t('actions')} className="btn btn-icon">
            <IconDots size={18} aria-hidden="true" />
          </Menu>
        </>
      }
    >
      <VmStaleCopies copies={vm.staleCopies} />
      <VmClassNote vm={vm} />
      <div className="row row-cards">
        <div className="col-12">
          <VmStatusCard vm={vm} actions={actions} />
        </div>
        {vm.deletion && (
          <div className="col-12">
            <VmBinned vm={vm} />
          </div>
        )}
        {vm.state === 'missing' && !vm.operation && !vm.deletion && (
          <div className="col-12">
            <VmMissing vm={vm} actions={actions} />
          </div>
        )}
        {vm.differences.length > 0 && vm.state !== 'missing' && (
          <div className="col-12">
            <VmDifferences vm={vm} actions={actions} />
          </div>
        )}
        {!vm.deletion && (
          <div className="col-12">
            <StatisticsCard
              of={{ kind: 'vm', id: vm.id }}
              limits={{ cpuCores: vm.vcpus, memoryBytes: vm.memoryMib * MIB }}
              silence={silenceOf(vm)}
            />
          </div>
        )}
        <div className="col-12">
          <VmDetails vm={vm} />
        </div>
        {vm.adoption && (
          <div className="col-12">
            <VmAdoption adoption={vm.adoption} />
          </div>
        )}
        <div className="col-12">
          <h2 className="h3 mb-2">{t('history')}</h2>
          <OperationsTable objectId={vm.id} pageSize={20} />
        </div>
      </div>
      {actions.dialog}
    </Page>
  );
}

interface MainActionProps {
  readonly vm: Vm;
  readonly action: VmAction;
  readonly isFirst: boolean;
  readonly actions: ReturnType<typeof useVmActions>;
}

function MainAction({ vm, action, isFirst, actions }: MainActionProps) {
  const names = useT(actionMessages);
  return (
    <ActionButton
      icon={actionIcons[action]}
      className={isFirst ? 'btn-primary' : ''}
      reason={actions.reason(vm, action)}
      isPending={actions.isPending && isFirst}
      onClick={() => actions.run(vm, action)}
    >
      {names(action)}
    </ActionButton>
  );
}

function silenceOf({ state }: Vm): 'off' | 'away' | null {
  if (state === 'unknown' || state === 'missing') return 'away';
  return state === 'running' || state === 'paused' ? null : 'off';
}
