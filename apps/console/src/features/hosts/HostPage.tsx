import type { Host } from '@loucloud/api';
import { IconArrowsExchange, IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { query, useAction } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { isOver, useOperation } from '../../app/operation-follow.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Page } from '../../ui/Page.tsx';
import { PageSkeleton } from '../../ui/PageSkeleton.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { VmsCard } from '../vms/VmsCard.tsx';
import { Checks } from './Checks.tsx';
import { DrainDialog } from './DrainDialog.tsx';
import { DrainStatus } from './DrainStatus.tsx';
import { drainMessages } from './drain.messages.ts';
import { EditHostDialog } from './EditHostDialog.tsx';
import { ForeignDomains } from './ForeignDomains.tsx';
import { HealthBadge } from './HealthBadge.tsx';
import { HostBanners } from './HostBanners.tsx';
import { HostCapacity } from './HostCapacity.tsx';
import { HostFacts } from './HostFacts.tsx';
import { RemoveHostDialog } from './RemoveHostDialog.tsx';
import { checksOf } from './checks-of.ts';
import { hostsMessages } from './hosts.messages.ts';

export function HostPage() {
  const t = useT(hostsMessages);
  const { hostId = '' } = useParams();
  const { data: host, error, refetch } = useQuery(query('hostGet', { params: { hostId } }));
  const back = { to: '/hosts', label: t('title') };
  const isGone = error?.code === 'not_found';
  if (host && !isGone) return <LoadedHost host={host} />;
  return (
    <Page title={isGone ? t('gone') : t('title')} back={back}>
      {error ? (
        <LoadProblem error={error} onRetry={() => void refetch()} />
      ) : (
        <PageSkeleton columns={['col-lg-7', 'col-lg-5', 'col-lg-7']} />
      )}
    </Page>
  );
}

function LoadedHost({ host }: { host: Host }) {
  const t = useT(hostsMessages);
  const [dialog, setDialog] = useState<'edit' | 'remove' | 'drain' | null>(null);
  const drain = useT(drainMessages);
  const recheck = useRecheck(host);
  const { id, name } = host;
  const close = () => setDialog(null);
  return (
    <Page
      title={name}
      heading={
        <span className="d-inline-flex flex-wrap align-items-center gap-2">
          {name} <HealthBadge {...host} />
        </span>
      }
      back={{ to: '/hosts', label: t('title') }}
      actions={
        <>
          <ActionButton icon={IconRefresh} isPending={recheck.isRunning} onClick={recheck.start}>
            {t('checkAgain')}
          </ActionButton>
          <ActionButton icon={IconArrowsExchange} onClick={() => setDialog('drain')}>
            {drain('action')}
          </ActionButton>
          <ActionButton icon={IconPencil} onClick={() => setDialog('edit')}>
            {t('edit')}
          </ActionButton>
          <ActionButton icon={IconTrash} onClick={() => setDialog('remove')}>
            {t('remove')}
          </ActionButton>
        </>
      }
    >
      <HostBanners host={host} />
      <DrainStatus host={host} />
      <div className="row row-cards">
        <div className="col-lg-7">
          <div className="d-grid gap-3">
            <HostCapacity host={host} />
            <HostFacts host={host} />
            <VmsCard title={t('vmsHere')} filter={{ hostId: id }} none={t('vmsNone')} />
          </div>
        </div>
        <div className="col-lg-5">
          <div className="d-grid gap-3">
            <ChecksCard host={host} recheck={recheck} />
            <ForeignDomains host={host} />
          </div>
        </div>
      </div>
      {dialog === 'drain' && <DrainDialog host={host} onClose={close} />}
      {dialog === 'edit' && <EditHostDialog host={host} onClose={close} />}
      {dialog === 'remove' && <RemoveHostDialog host={host} onClose={close} />}
    </Page>
  );
}

interface ChecksCardProps {
  readonly host: Host;
  readonly recheck: ReturnType<typeof useRecheck>;
}

function ChecksCard({ host, recheck: { isRunning, checks } }: ChecksCardProps) {
  const t = useT(hostsMessages);
  const shown = isRunning ? checks : host.checks;
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{isRunning ? t('checking') : t('checks')}</h2>
      </div>
      <div className="card-body">
        {isRunning || shown.length > 0 ? (
          <Checks checks={shown} isRunning={isRunning} />
        ) : (
          <p className="text-secondary m-0">{t('checksNone')}</p>
        )}
      </div>
    </section>
  );
}

/** A check that runs is found again after a reload, or when somebody else started it. */
function useRecheck({ id }: Host) {
  const toast = useToast();
  const { data: running } = useQuery(
    query('operationList', { query: { objectId: id, type: 'host.check', isActive: true, limit: 1 } }),
  );
  const { mutate, data: started, isPending } = useAction('hostRecheck');
  const { data: operation } = useOperation(running?.items[0]?.id ?? started?.operationId ?? null);
  return {
    isRunning: isPending || (operation !== undefined && !isOver(operation.state)),
    checks: checksOf(operation),
    start: () => mutate({ params: { hostId: id } }, { onError: toast.problem }),
  };
}
