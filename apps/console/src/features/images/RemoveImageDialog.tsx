/** Says that the file stays; while the image is in use, by what. */
import type { Image } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { query, useAction } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { kindMessages } from '../../words/nouns.messages.ts';
import { imagesMessages } from './images.messages.ts';

const SHOWN = 20;

export function RemoveImageDialog({ image, onClose }: { image: Image; onClose: () => void }) {
  const t = useT(imagesMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const remove = useAction('imageRemove');
  const { id, name, path, templateCount, vmCount } = image;
  if (templateCount > 0 || vmCount > 0) return <UsersInTheWay image={image} onClose={onClose} />;
  return (
    <ConfirmDialog
      title={t('removeTitle', { name })}
      confirmLabel={t('removeConfirm', { name })}
      isDangerous
      action={async () => {
        await remove.mutateAsync({ params: { imageId: id } });
        toast.success(t('removed', { name }));
        await navigate('/images');
      }}
      onClose={onClose}
    >
      <p className="mb-1">{t('removeText')}</p>
      <code className="text-break">{path}</code>
    </ConfirmDialog>
  );
}

function UsersInTheWay({ image: { id, name }, onClose }: { image: Image; onClose: () => void }) {
  const t = useT(imagesMessages);
  const ui = useT(uiMessages);
  const kinds = useT(kindMessages);
  const templates = useQuery(
    query('templateList', { query: { imageId: id, limit: 200, sort: 'name' } }),
  ).data;
  const vms = useQuery(query('vmList', { query: { imageId: id, limit: SHOWN, sort: 'name' } })).data;
  const more = vms ? vms.total - vms.items.length : 0;
  return (
    <Modal title={t('cannotRemove', { name })} onClose={onClose}>
      <div className="modal-body">
        <p>{t('inUse')}</p>
        <ul className="mb-0">
          {templates?.items.map((template) => (
            <li key={template.id}>
              <Link to={`/templates/${template.id}`}>{template.name}</Link>{' '}
              <span className="text-secondary">{kinds('template')}</span>
            </li>
          ))}
          {vms?.items.map((vm) => (
            <li key={vm.id}>
              <Link to={`/vms/${vm.id}`}>{vm.name}</Link>{' '}
              <span className="text-secondary">
                {kinds('vm')} · {vm.ownerName}
              </span>
            </li>
          ))}
          {more > 0 && <li className="text-secondary">{t('moreVms', { count: more })}</li>}
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
