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
import { PageProblem } from '../../ui/Problem.tsx';
import { TIME, TimeIn } from '../../ui/Time.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { kindMessages } from '../../words/nouns.messages.ts';
import { StatisticsCard } from '../statistics/StatisticsCard.tsx';
import { VmsCard } from '../vms/VmsCard.tsx';
import { Checks } from './Checks.tsx';
import { DrainDialog } from './DrainDialog.tsx';
import { DrainStatus, useDrain } from './DrainStatus.tsx';
import { drainMessages } from './drain.messages.ts';
import { EditHostDialog } from './EditHostDialog.tsx';
import { ForeignDomains } from './ForeignDomains.tsx';
import { HealthBadge } from './HealthBadge.tsx';
import { HostBanners } from './HostBanners.tsx';
import { HostCapacity } from './HostCapacity.tsx';
import { HostFacts } from './HostFacts.tsx';
import { RemoveHostDialog } from './RemoveHostDialog.tsx';
import { checksOf } from './checks-of.ts';
import { hostAccessMessages } from './host-access.messages.ts';
import { hostsMessages } from './hosts.messages.ts';

const MIB = 2 ** 20;

export function HostPage() {
  const t = useT(hostsMessages);
  const kinds = useT(kindMessages);
  const { hostId = '' } = useParams();
  const { data: host, error, refetch } = useQuery(query('hostGet', { params: { hostId } }));
  const back = { to: '/hosts', label: t('title') };
  const isGone = error?.code === 'not_found';
  if (host && !isGone) return <LoadedHost key={host.id} host={host} />;
  return (
    <Page help="host" title={isGone ? t('gone') : kinds('host')} back={back}>
      {error ? (
        <PageProblem error={error} onRetry={() => void refetch()} />
      ) : (
        <PageSkeleton
          columns={[
            ['col-12', 31.5],
            ['col-lg-7', 19.5, 22],
            ['col-lg-5', 33],
          ]}
        />
      )}
    </Page>
  );
}

function LoadedHost({ host }: { host: Host }) {
  const t = useT(hostsMessages);
  const [dialog, setDialog] = useState<'edit' | 'remove' | 'drain' | null>(null);
  const drain = useT(drainMessages);
  const recheck = useRecheck(host);
  const draining = useDrain(host);
  const { id, name } = host;
  const close = () => setDialog(null);
  return (
    <Page
      help="host"
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
          <ActionButton
            icon={IconArrowsExchange}
            reason={draining ? drain('isDrained') : undefined}
            onClick={() => setDialog('drain')}
          >
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
      {draining && <DrainStatus operation={draining} />}
      <HostBanners host={host} />
      <div className="row row-cards">
        <div className="col-12">
          <StatisticsCard
            of={{ kind: 'host', id }}
            limits={{ cpuCores: host.physical.vcpus, memoryBytes: host.physical.memoryMib * MIB }}
            silence={host.health === 'unreachable' ? 'away' : null}
          />
        </div>
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

function ChecksCard({ host, recheck: { isRunning, checks, checkedAt } }: ChecksCardProps) {
  // Whatever passed then says little now.
  const isOld =
    host.health === 'unreachable' && !isRunning && checks.every(({ outcome }) => outcome !== 'failed');
  const t = useT(hostsMessages);
  const access = useT(hostAccessMessages);
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{isRunning ? t('checking') : t('checks')}</h2>
        {checkedAt !== null && (
          <span className="ms-auto text-secondary text-nowrap">
            <TimeIn text={access('lastChecked', { time: TIME })} at={checkedAt} />
          </span>
        )}
      </div>
      <div className="card-body">
        {isOld && <p className="text-secondary">{t('checksOld')}</p>}
        {isRunning || checks.length > 0 ? (
          <Checks checks={checks} transport={host.transport} isRunning={isRunning} />
        ) : (
          <p className="text-secondary m-0">{t('checksNone')}</p>
        )}
      </div>
    </section>
  );
}

/**
 * The last check, whoever started it. Of one that did not get through the host keeps nothing: what it found is in the
 * operation alone.
 */
function useRecheck({ id, checks }: Host) {
  const toast = useToast();
  const { data } = useQuery(
    query('operationList', { query: { objectId: id, type: 'host.check', sort: '-createdAt', limit: 1 } }),
  );
  const { mutate, data: started, isPending } = useAction('hostRecheck');
  const { data: followed } = useOperation(started?.operationId ?? data?.items[0]?.id ?? null);
  const isRunning = isPending || (followed !== undefined && !isOver(followed.state));
  const found = checksOf(followed);
  return {
    isRunning,
    checks: isRunning || found.length > 0 ? found : checks,
    checkedAt: isRunning || found.length === 0 ? null : (followed?.finishedAt ?? null),
    start: () => mutate({ params: { hostId: id } }, { onError: toast.problem }),
  };
}
