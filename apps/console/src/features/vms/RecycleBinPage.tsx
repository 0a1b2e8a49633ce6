/** Deleted machines: one's own, or all for the admin. */
import type { Vm } from '@loucloud/api';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useList } from '../../app/list.ts';
import { useSelection } from '../../app/selection.ts';
import { useIsAdmin, useMe } from '../../app/session.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Page } from '../../ui/Page.tsx';
import { Time } from '../../ui/Time.tsx';
import { BulkDialog } from './BulkDialog.tsx';
import { useVmBulkActions } from './vm-bulk-actions.tsx';
import { VmStateBadge } from './VmStateBadge.tsx';
import { binMessages } from './bin.messages.ts';
import type { BulkVerb } from './bulk-run.ts';
import { useVmActions } from './vm-actions.tsx';

const verbs = ['undelete', 'purge'] as const satisfies BulkVerb[];

export function RecycleBinPage() {
  const t = useT(binMessages);
  const { recycleDays } = useMe();
  const actions = useVmActions();
  const columns = useColumns();
  const [isEmptying, setIsEmptying] = useState(false);
  const list = useList('vmList', { sort: '-createdAt', fixed: { isDeleted: true } });
  const selection = useSelection(list);
  const bulk = useVmBulkActions({ verbs, list, selection });
  // What is emptied is all of it, not what a search has found.
  const canEmpty = (list.page?.total ?? 0) > 0 && !list.isNarrowed;
  const hint = recycleDays === 0 ? t('emptyHintOff') : t('emptyHint', { count: recycleDays });
  return (
    <Page
      help="recycleBin"
      title={t('title')}
      actions={
        canEmpty && (
          <ActionButton icon={IconTrash} onClick={() => setIsEmptying(true)}>
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
        selection={selection}
        bulk={bulk.buttons}
        searchLabel={t('search')}
        empty={<EmptyState icon={IconTrash} title={t('emptyTitle')} hint={hint} />}
        columns={columns}
      />
      {actions.dialog}
      {bulk.dialog}
      {isEmptying && (
        <BulkDialog
          verb="purge"
          list={list}
          selection={{ ...selection, isEverything: true, count: list.page?.total ?? 0 }}
          onClose={() => setIsEmptying(false)}
        />
      )}
    </Page>
  );
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
        <span className="d-inline-flex flex-wrap align-items-center gap-2">
          <Link to={`/vms/${vm.id}`} className="row-name">
            {vm.name}
          </Link>
          {/* That it is here, all have in common. */}
          {(vm.state !== 'deleted' || vm.operation) && <VmStateBadge vm={vm} />}
        </span>
      ),
    },
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
