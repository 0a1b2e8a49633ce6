import type { Network } from '@loucloud/api';
import { IconNetwork, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAction } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { useList } from '../../app/list.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import type { MenuItem } from '../../ui/Menu.tsx';
import { Page } from '../../ui/Page.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { Time } from '../../ui/Time.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { TwoLines } from '../../ui/TwoLines.tsx';
import { EditNetworkDialog } from './EditNetworkDialog.tsx';
import { NetworkWhere } from './NetworkWhere.tsx';
import { RegisterNetworkDialog } from './RegisterNetworkDialog.tsx';
import { networksMessages } from './networks.messages.ts';

type Shown =
  | { readonly dialog: 'register' }
  | { readonly dialog: 'edit' | 'remove'; readonly network: Network }
  | null;

export function NetworksPage() {
  const t = useT(networksMessages);
  const [shown, setShown] = useState<Shown>(null);
  const actions = useNetworkActions(setShown);
  const list = useList('networkList', { sort: 'name' });
  const close = () => setShown(null);
  const register = (
    <button type="button" className="btn btn-primary" onClick={() => setShown({ dialog: 'register' })}>
      <IconPlus size={18} className="icon" aria-hidden="true" />
      {t('register')}
    </button>
  );
  return (
    <Page help="networks" title={t('title')} actions={register}>
      <DataTable
        list={list}
        label={t('title')}
        rowKey={(network) => network.id}
        rowName={(network) => network.name}
        rowActions={actions}
        searchLabel={t('search')}
        empty={
          <EmptyState icon={IconNetwork} title={t('emptyTitle')} hint={t('emptyHint')} action={register} />
        }
        columns={[
          {
            header: t('name'),
            sort: 'name',
            cell: (network) => (
              <TwoLines
                first={
                  <>
                    <span className="row-name">{network.name}</span>{' '}
                    {network.isDefault && <Tag>{t('default')}</Tag>}
                  </>
                }
                second={network.description}
              />
            ),
          },
          { header: t('kind'), cell: (network) => t(network.kind) },
          { header: t('source'), cell: (network) => <code>{network.source}</code> },
          { header: t('where'), cell: (network) => <NetworkWhere network={network} /> },
          {
            header: t('usedBy'),
            cell: ({ templateCount, vmCount }) =>
              templateCount + vmCount === 0 ? (
                <span className="text-secondary">{t('unused')}</span>
              ) : (
                t('usedByText', { templates: templateCount, vms: vmCount })
              ),
          },
          {
            header: t('added'),
            sort: 'createdAt',
            className: 'text-nowrap',
            cell: (network) => <Time at={network.createdAt} />,
          },
        ]}
      />
      {shown?.dialog === 'register' && <RegisterNetworkDialog onClose={close} />}
      {shown?.dialog === 'edit' && <EditNetworkDialog network={shown.network} onClose={close} />}
      {shown?.dialog === 'remove' && <RemoveNetworkDialog network={shown.network} onClose={close} />}
    </Page>
  );
}

function useNetworkActions(show: (shown: Shown) => void): (network: Network) => readonly MenuItem[] {
  const t = useT(networksMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const { mutate: change } = useAction('settingsUpdate');
  const makeDefault = ({ id, name }: Network) =>
    change(
      { body: { defaultNetworkId: id } },
      { onSuccess: () => toast.success(t('madeDefault', { name })), onError: toast.problem },
    );
  return (network) => {
    const { id, isDefault, templateCount, vmCount } = network;
    const inUse =
      templateCount + vmCount > 0 ? t('inUse', { templates: templateCount, vms: vmCount }) : undefined;
    return [
      { label: t('showVms'), onSelect: () => void navigate(`/vms?networkId=${id}`) },
      { label: t('edit'), onSelect: () => show({ dialog: 'edit', network }) },
      {
        label: t('makeDefault'),
        reason: isDefault ? t('isDefaultAlready') : undefined,
        onSelect: () => makeDefault(network),
      },
      '-',
      {
        label: t('remove'),
        isDangerous: true,
        reason: inUse ?? (isDefault ? t('isDefault') : undefined),
        onSelect: () => show({ dialog: 'remove', network }),
      },
    ];
  };
}

function RemoveNetworkDialog({ network, onClose }: { network: Network; onClose: () => void }) {
  const t = useT(networksMessages);
  const toast = useToast();
  const remove = useAction('networkRemove');
  const { id, name } = network;
  return (
    <ConfirmDialog
      title={t('removeTitle', { name })}
      confirmLabel={t('removeConfirm', { name })}
      isDangerous
      action={async () => {
        await remove.mutateAsync({ params: { networkId: id } });
        toast.success(t('removed', { name }));
      }}
      onClose={onClose}
    >
      <p className="m-0">{t('removeText')}</p>
    </ConfirmDialog>
  );
}
