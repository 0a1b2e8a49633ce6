/** The admin's list of all VMs. */
import { type Vm, vmStates } from '@loucloud/api';
import { IconDeviceDesktop, IconLayoutGrid, IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { query } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { type List, useList } from '../../app/list.ts';
import { useSelection } from '../../app/selection.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FilterSelect } from '../../ui/FilterSelect.tsx';
import { Page } from '../../ui/Page.tsx';
import { Time } from '../../ui/Time.tsx';
import { UserSelect } from '../../ui/UserSelect.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { stateMessages } from '../../words/vms.messages.ts';
import { Thumbnail } from '../screens/Thumbnail.tsx';
import { Addresses } from './Addresses.tsx';
import { useVmBulkActions } from './vm-bulk-actions.tsx';
import type { BulkVerb } from './bulk-run.ts';
import { VmStateBadge } from './VmStateBadge.tsx';
import { useVmActions } from './vm-actions.tsx';
import { vmsMessages } from './vms.messages.ts';

const verbs = ['start', 'shutdown', 'powerOff', 'delete'] as const satisfies BulkVerb[];

export function VmsPage() {
  const t = useT(vmsMessages);
  const actions = useVmActions();
  const columns = useColumns();
  const list = useList('vmList', {
    filters: ['state', 'ownerId', 'hostId', 'templateId', 'imageId', 'networkId'],
    sort: '-createdAt',
  });
  const selection = useSelection(list);
  const bulk = useVmBulkActions({ verbs, list, selection });
  const newVm = (
    <Link to="/vms/new" className="btn btn-primary">
      <IconPlus size={18} className="icon" aria-hidden="true" />
      {t('newVm')}
    </Link>
  );
  return (
    <Page
      help="vms"
      title={t('title')}
      actions={
        <>
          <Link to="/wall" className="btn">
            <IconLayoutGrid size={18} className="icon" aria-hidden="true" />
            {t('screens')}
          </Link>
          {newVm}
        </>
      }
    >
      <DataTable
        list={list}
        label={t('title')}
        rowKey={(vm) => vm.id}
        rowName={(vm) => vm.name}
        rowActions={(vm) => actions.menu(vm)}
        selection={selection}
        bulk={bulk.buttons}
        searchLabel={t('search')}
        filters={<Filters list={list} />}
        empty={
          <EmptyState icon={IconDeviceDesktop} title={t('emptyTitle')} hint={t('emptyHint')} action={newVm} />
        }
        listName="vms"
        columns={columns}
      />
      {actions.dialog}
      {bulk.dialog}
    </Page>
  );
}

function useColumns(): Column<Vm>[] {
  const t = useT(vmsMessages);
  const format = useFormat();
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
    {
      name: 'screen',
      header: t('screen'),
      className: 'cell-screen',
      cell: (vm) => <Thumbnail vm={vm} isSmall />,
    },
    {
      name: 'state',
      header: t('state'),
      sort: 'state',
      className: 'cell-beside-screen',
      cell: (vm) => <VmStateBadge vm={vm} />,
    },
    { name: 'owner', header: t('owner'), sort: 'ownerName', cell: (vm) => vm.ownerName },
    {
      name: 'host',
      header: t('host'),
      sort: 'hostName',
      className: 'cell-name',
      cell: (vm) => vm.hostName ?? '–',
    },
    { name: 'addresses', header: t('addresses'), cell: (vm) => <Addresses vm={vm} most={1} /> },
    {
      name: 'size',
      header: t('size'),
      sort: 'memoryMib',
      className: 'text-nowrap',
      cell: (vm) => t('sizeText', { vcpus: vm.vcpus, memory: format.mib(vm.memoryMib) }),
    },
    {
      name: 'disk',
      isExtra: true,
      header: t('disk'),
      sort: 'diskBytes',
      className: 'text-nowrap',
      cell: (vm) => format.bytes(vm.diskBytes),
    },
    { name: 'template', isExtra: true, header: t('template'), cell: (vm) => vm.templateName || '–' },
    { name: 'image', isExtra: true, header: t('image'), cell: (vm) => vm.imageName || '–' },
    { name: 'network', isExtra: true, header: t('network'), cell: (vm) => vm.networkName ?? t('noNetwork') },
    {
      name: 'description',
      isExtra: true,
      header: t('description'),
      cell: (vm) => <span className="cell-text">{vm.description || '–'}</span>,
    },
    {
      name: 'changed',
      isExtra: true,
      header: t('stateSince'),
      className: 'text-nowrap',
      cell: (vm) => <Time at={vm.stateChangedAt} />,
    },
    {
      name: 'created',
      header: t('created'),
      sort: 'createdAt',
      className: 'text-nowrap',
      cell: (vm) => <Time at={vm.createdAt} />,
    },
  ];
}

function Filters({ list }: { list: List<Vm> }) {
  const t = useT(vmsMessages);
  const states = useT(stateMessages);
  const hosts = useQuery(query('hostList', { query: { limit: 200, sort: 'name' } }));
  const ownerId = list.filter('ownerId');
  const [first] = list.page?.items ?? [];
  const ownerLabel = first?.ownerId === ownerId ? first.ownerName : '…';
  return (
    <>
      <FilterSelect
        list={list}
        name="state"
        label={t('state')}
        options={vmStates.map((state) => ({ value: state, label: states(state) }))}
      />
      <UserSelect
        label={t('owner')}
        placeholder={t('anyOwner')}
        className="filter"
        value={ownerId === '' ? null : { value: ownerId, label: ownerLabel }}
        onChange={(user) => list.setFilter('ownerId', user?.value ?? '')}
      />
      <FilterSelect
        list={list}
        name="hostId"
        label={t('host')}
        options={(hosts.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Origin list={list} />
    </>
  );
}

/** Narrowed by a link from another page, to what no select here offers: said, and taken back with a click. */
function Origin({ list }: { list: List<Vm> }) {
  const t = useT(vmsMessages);
  const ui = useT(uiMessages);
  const [first] = list.page?.items ?? [];
  const origins = [
    { filter: 'templateId', label: t('template'), name: first?.templateName },
    { filter: 'imageId', label: t('image'), name: first?.imageName },
    { filter: 'networkId', label: t('network'), name: first?.networkName },
  ];
  return origins
    .filter(({ filter }) => list.filter(filter) !== '')
    .map(({ filter, label, name }) => (
      <span key={filter} className="chip">
        {ui('filter', { label, value: name ?? '…' })}
        <button
          type="button"
          className="btn-plain"
          aria-label={`${ui('clear')} ${label}`}
          onClick={() => list.setFilter(filter, '')}
        >
          <IconX size={14} aria-hidden="true" />
        </button>
      </span>
    ));
}
