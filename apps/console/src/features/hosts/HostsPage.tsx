import { type Host, HostHealth, hostAvailabilities } from '@loucloud/api';
import { IconPlus, IconServer } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useAction } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useList } from '../../app/list.ts';
import { Badge } from '../../ui/Badge.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FilterSelect } from '../../ui/FilterSelect.tsx';
import type { MenuItem } from '../../ui/Menu.tsx';
import { Page } from '../../ui/Page.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { TwoLines } from '../../ui/TwoLines.tsx';
import { UsageMeter } from '../../ui/UsageMeter.tsx';
import { healthMessages } from '../../words/hosts.messages.ts';
import { availabilityMessages } from '../../words/placement.messages.ts';
import { EditHostDialog } from './EditHostDialog.tsx';
import { HealthBadge } from './HealthBadge.tsx';
import { RemoveHostDialog } from './RemoveHostDialog.tsx';
import { useHealthReason } from './health-reason.ts';
import './hosts.css';
import { VmCount } from './VmCount.tsx';
import { hostsMessages } from './hosts.messages.ts';

const healths = ['healthy', 'degraded', 'connecting', 'unreachable'] as const satisfies readonly HostHealth[];

type Shown = { readonly dialog: 'edit' | 'remove'; readonly host: Host } | null;

export function HostsPage() {
  const t = useT(hostsMessages);
  const health = useT(healthMessages);
  const availability = useT(availabilityMessages);
  const format = useFormat();
  const healthReason = useHealthReason();
  const [shown, setShown] = useState<Shown>(null);
  const actions = useHostActions(setShown);
  const list = useList('hostList', { filters: ['health', 'availability'], sort: 'name' });
  const add = (
    <Link to="/hosts/new" className="btn btn-primary">
      <IconPlus size={18} className="icon" aria-hidden="true" />
      {t('add')}
    </Link>
  );
  return (
    <Page help="hosts" title={t('title')} actions={add}>
      <DataTable
        list={list}
        label={t('title')}
        rowKey={(host) => host.id}
        rowName={(host) => host.name}
        rowActions={actions}
        searchLabel={t('search')}
        filters={
          <>
            <FilterSelect
              list={list}
              name="health"
              label={t('health')}
              options={healths.map((value) => ({ value, label: health(value) }))}
            />
            <FilterSelect
              list={list}
              name="availability"
              label={t('availability')}
              options={hostAvailabilities.map((value) => ({ value, label: availability(value) }))}
            />
          </>
        }
        empty={<EmptyState icon={IconServer} title={t('emptyTitle')} hint={t('emptyHint')} action={add} />}
        columns={[
          {
            header: t('name'),
            sort: 'name',
            className: 'host-name',
            cell: (host) => (
              <TwoLines
                first={
                  <Link to={`/hosts/${host.id}`} className="row-name">
                    {host.name}
                  </Link>
                }
                second={host.hostname || host.uri}
              />
            ),
          },
          {
            header: t('health'),
            cell: (host) => (
              <TwoLines
                first={
                  <span className="d-inline-flex flex-wrap align-items-center gap-1">
                    <HealthBadge {...host} />
                    {host.accelerator === 'tcg' && <Badge tone="warning">{t('tcg')}</Badge>}
                  </span>
                }
                second={
                  host.health !== 'healthy' && (
                    <span className="d-block mt-1">{healthReason(host.healthReason)}</span>
                  )
                }
              />
            ),
          },
          {
            header: t('vcpus'),
            cell: ({ reserved, capacity }) => (
              <UsageMeter
                isCompact
                isLabelHidden
                label={t('vcpus')}
                used={reserved.vcpus}
                limit={capacity.vcpus}
                amount={format.number}
              />
            ),
          },
          {
            header: t('memory'),
            cell: ({ reserved, capacity }) => (
              <UsageMeter
                isCompact
                isLabelHidden
                label={t('memory')}
                used={reserved.memoryMib}
                limit={capacity.memoryMib}
                amount={format.mib}
              />
            ),
          },
          {
            header: t('disk'),
            cell: ({ reserved, capacity }) => (
              <UsageMeter
                isCompact
                isLabelHidden
                label={t('disk')}
                used={reserved.diskBytes}
                limit={capacity.diskBytes}
                amount={format.bytes}
              />
            ),
          },
          {
            header: t('vms'),
            className: 'text-nowrap',
            cell: (host) => <VmCount host={host} />,
          },
        ]}
      />
      {shown?.dialog === 'edit' && <EditHostDialog host={shown.host} onClose={() => setShown(null)} />}
      {shown?.dialog === 'remove' && <RemoveHostDialog host={shown.host} onClose={() => setShown(null)} />}
    </Page>
  );
}

function useHostActions(show: (shown: Shown) => void): (host: Host) => readonly MenuItem[] {
  const t = useT(hostsMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const { mutate: update } = useAction('hostUpdate', {
    onSuccess: ({ name }, { body }) => {
      if (body.isEnabled !== undefined)
        toast.success(t(body.isEnabled ? 'enabled' : 'disabledNow', { name }));
      else toast.success(t(body.isInMaintenance ? 'inMaintenanceNow' : 'maintenanceOver', { name }));
    },
  });
  const { mutate: check } = useAction('hostRecheck', {
    onSuccess: (_, { params }) => navigate(`/hosts/${params.hostId}`),
  });
  return (host) => {
    const params = { hostId: host.id };
    return [
      { label: t('open'), onSelect: () => void navigate(`/hosts/${host.id}`) },
      { label: t('checkAgain'), onSelect: () => check({ params }, { onError: toast.problem }) },
      { label: t('edit'), onSelect: () => show({ dialog: 'edit', host }) },
      {
        label: host.isInMaintenance ? t('endMaintenance') : t('beginMaintenance'),
        onSelect: () =>
          update({ params, body: { isInMaintenance: !host.isInMaintenance } }, { onError: toast.problem }),
      },
      {
        label: host.isEnabled ? t('disable') : t('enable'),
        onSelect: () => update({ params, body: { isEnabled: !host.isEnabled } }, { onError: toast.problem }),
      },
      '-',
      { label: t('remove'), isDangerous: true, onSelect: () => show({ dialog: 'remove', host }) },
    ];
  };
}
