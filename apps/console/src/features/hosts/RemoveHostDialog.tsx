/** Says what removing a server does; while VMs are there, which ones stand in the way. */
import type { Host } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { query, useAction } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { hostsMessages } from './hosts.messages.ts';

const NAMES_SHOWN = 20;

export function RemoveHostDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const t = useT(hostsMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const { name } = host;
  const remove = useAction('hostRemove');
  if (host.vmCount > 0) return <VmsInTheWay host={host} onClose={onClose} />;
  return (
    <ConfirmDialog
      title={t('removeTitle', { name })}
      confirmLabel={t('removeConfirm', { name })}
      isDangerous
      action={async () => {
        await remove.mutateAsync({ params: { hostId: host.id } });
        toast.success(t('removed', { name }));
        await navigate('/hosts');
      }}
      onClose={onClose}
    >
      <p className="m-0">{t('removeText')}</p>
    </ConfirmDialog>
  );
}

function VmsInTheWay({ host: { id, name, vmCount }, onClose }: { host: Host; onClose: () => void }) {
  const t = useT(hostsMessages);
  const ui = useT(uiMessages);
  const { data } = useQuery(query('vmList', { query: { hostId: id, limit: NAMES_SHOWN, sort: 'name' } }));
  const more = (data?.total ?? vmCount) - (data?.items.length ?? 0);
  return (
    <Modal title={t('cannotRemove', { name })} onClose={onClose}>
      <div className="modal-body">
        <p>{t('hasVms', { count: data?.total ?? vmCount })}</p>
        <ul className="mb-0">
          {data?.items.map((vm) => (
            <li key={vm.id}>
              <Link to={`/vms/${vm.id}`}>{vm.name}</Link>{' '}
              <span className="text-secondary">{vm.ownerName}</span>
            </li>
          ))}
          {data && more > 0 && <li className="text-secondary">{t('andMore', { count: more })}</li>}
        </ul>
      </div>
      <div className="modal-footer">
        <button type="button" className="btn" onClick={onClose}>
          {ui('close')}
        </button>
      </div>
    </Modal>
  );
}
