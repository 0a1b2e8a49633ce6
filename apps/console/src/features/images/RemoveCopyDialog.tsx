/** Deletes a copy, or stops making it. */
import type { Image, ImageCopy } from '@loucloud/api';
import { useAction } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { imagesMessages } from './images.messages.ts';

interface RemoveCopyDialogProps {
  readonly image: Image;
  readonly copy: ImageCopy;
  readonly onClose: () => void;
}

export function RemoveCopyDialog({ image, copy, onClose }: RemoveCopyDialogProps) {
  const t = useT(imagesMessages);
  const remove = useAction('imageCopyRemove');
  const isCopying = copy.state === 'copying';
  const names = { name: image.name, host: copy.hostName };
  return (
    <ConfirmDialog
      title={isCopying ? t('stopCopyTitle', names) : t('removeCopyTitle', names)}
      confirmLabel={t(isCopying ? 'stopCopyConfirm' : 'removeCopyConfirm')}
      isDangerous
      action={() => remove.mutateAsync({ params: { imageId: image.id, hostId: copy.hostId } })}
      onClose={onClose}
    >
      <p className="mb-0">{t(isCopying ? 'stopCopyText' : 'removeCopyText')}</p>
    </ConfirmDialog>
  );
}
