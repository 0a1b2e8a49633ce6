/** Deleted machines: one's own, or all for the admin. */
import type { Vm } from '@loucloud/api';
import { IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { call } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useList } from '../../app/list.ts';
import { useIsAdmin, useMe } from '../../app/session.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Page } from '../../ui/Page.tsx';
import { Time } from '../../ui/Time.tsx';
import { VmStateBadge } from './VmStateBadge.tsx';
import { binMessages } from './bin.messages.ts';
import { useVmActions } from './vm-actions.tsx';

const PAGE_MAX = 200;

export function RecycleBinPage() {
  const t = useT(binMessages);
  const { recycleDays } = useMe();
  const actions = useVmActions();
  const columns = useColumns();
  const [emptied, setEmptied] = useState<readonly Vm[] | null>(null);
  const list = useList('vmList', { sort: '-createdAt', fixed: { isDeleted: true } });
  const hasSome = (list.page?.total ?? 0) > 0;
  const hint = recycleDays === 0 ? t('emptyHintOff') : t('emptyHint', { count: recycleDays });
  return (
    <Page
      title={t('title')}
      actions={
        hasSome && (
          <ActionButton icon={IconTrash} onClick={() => void everything().then(setEmptied)}>
            {t('empty')}
          </ActionButton>
        )
      }
    >
      <p className="text-secondary">{t('intro')}</p>
      <DataTable
        list={list}
        label={t('title')}
        rowKey={(vm) => vm.id}
        rowName={(vm) => vm.name}
        rowActions={(vm) => actions.menu(vm)}
        searchLabel={t('search')}
        empty={<EmptyState icon={IconTrash} title={t('emptyTitle')} hint={hint} />}
        columns={columns}
      />
      {actions.dialog}
      {emptied && <EmptyBinDialog vms={emptied} onClose={() => setEmptied(null)} />}
    </Page>
  );
}

/** What is confirmed is what is deleted: all of it is read before it is asked. */
async function everything(): Promise<Vm[]> {
  const found: Vm[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { isDeleted: true, limit: PAGE_MAX, ...(cursor === undefined ? {} : { cursor }) };
    const page = await call('vmList', { query });
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

function useColumns(): Column<Vm>[] {
  const t = useT(binMessages);
  const format = useFormat();
  const isAdmin = useIsAdmin();
  return [
    {
      header: t('name'),
      sort: 'name',
      cell: (vm) => (
        <Link to={`/vms/${vm.id}`} className="row-name">
          {vm.name}
        </Link>
      ),
    },
    { header: t('state'), cell: (vm) => <VmStateBadge vm={vm} /> },
    ...(isAdmin ? [{ header: t('owner'), cell: (vm: Vm) => vm.ownerName }] : []),
    { header: t('disk'), className: 'text-nowrap', cell: (vm) => format.bytes(vm.diskBytes) },
    {
      header: t('deletedAt'),
      className: 'text-nowrap',
      cell: ({ deletion }) => deletion && <Time at={deletion.deletedAt} />,
    },
    {
      header: t('purgeAt'),
      className: 'text-nowrap',
      cell: ({ deletion }) => deletion && <Time at={deletion.purgeAt} />,
    },
  ];
}

function EmptyBinDialog({ vms, onClose }: { vms: readonly Vm[]; onClose: () => void }) {
  const t = useT(binMessages);
  const format = useFormat();
  const queries = useQueryClient();
  const count = vms.length;
  const size = format.bytes(vms.reduce((sum, { diskBytes }) => sum + diskBytes, 0));
  return (
    <ConfirmDialog
      title={t('emptyBinTitle')}
      confirmLabel={t('emptyBinConfirm', { count })}
      isDangerous
      onClose={onClose}
      action={async () => {
        const purges = vms.map(({ id }) => call('vmPurge', { params: { vmId: id } }));
        const results = await Promise.allSettled(purges);
        void queries.invalidateQueries({ queryKey: ['vmList'] });
        const refused = results.find((result) => result.status === 'rejected');
        if (refused) throw refused.reason;
      }}
    >
      <p>{t('emptyBinText', { count, size })}</p>
      <ul className="mb-0 scrolling-list">
        {vms.map((vm) => (
          <li key={vm.id}>{vm.name}</li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}
