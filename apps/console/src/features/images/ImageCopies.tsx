/** On which servers an image is, how far it is on its way to others, and the ways to have it there or not. */
import type { Image, ImageCopy } from '@loucloud/api';
import { IconCopyPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useAction } from '../../app/api.ts';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { TIME, TimeIn } from '../../ui/Time.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { CopyState } from './CopyState.tsx';
import { PrefetchDialog } from './PrefetchDialog.tsx';
import { RemoveCopyDialog } from './RemoveCopyDialog.tsx';
import { imagesMessages } from './images.messages.ts';

type Shown = { readonly dialog: 'prefetch' } | { readonly dialog: 'remove'; readonly copy: ImageCopy } | null;

export function ImageCopies({ image, reason }: { image: Image; reason: string | undefined }) {
  const t = useT(imagesMessages);
  const [shown, setShown] = useState<Shown>(null);
  const close = () => setShown(null);
  return (
    <section className="card">
      <div className="card-header flex-wrap gap-2">
        <div>
          <h2 className="card-title">{t('copies')}</h2>
          <p className="card-subtitle m-0">{t('copiesHint')}</p>
        </div>
        <ActionButton
          icon={IconCopyPlus}
          className="ms-auto text-nowrap"
          reason={reason}
          onClick={() => setShown({ dialog: 'prefetch' })}
        >
          {t('prefetch')}
        </ActionButton>
      </div>
      <ul className="list-group list-group-flush">
        <li className="list-group-item d-flex flex-wrap gap-3">
          <Link to={`/hosts/${image.hostId}`} className="text-break">
            {image.hostName}
          </Link>
          <span className="ms-auto">
            <Tag>{t('registeredHere')}</Tag>
          </span>
        </li>
        {image.copies.map((copy) => (
          <CopyRow
            key={copy.hostId}
            image={image}
            copy={copy}
            onRemove={() => setShown({ dialog: 'remove', copy })}
          />
        ))}
      </ul>
      {shown?.dialog === 'prefetch' && <PrefetchDialog image={image} onClose={close} />}
      {shown?.dialog === 'remove' && <RemoveCopyDialog image={image} copy={shown.copy} onClose={close} />}
    </section>
  );
}

function CopyRow({ image, copy, onRemove }: { image: Image; copy: ImageCopy; onRemove: () => void }) {
  const t = useT(imagesMessages);
  const toast = useToast();
  const errorText = useErrorText();
  const prefetch = useAction('imagePrefetch');
  const { hostId, hostName, state, path, problem, isShared, vmCount, lastUsedAt } = copy;
  const again = () =>
    prefetch.mutate(
      { params: { imageId: image.id }, body: { hostIds: [hostId] } },
      { onError: toast.problem },
    );
  return (
    <li className="list-group-item">
      <div className="d-flex flex-wrap align-items-center gap-3">
        <Link to={`/hosts/${hostId}`} className="text-break">
          {hostName}
        </Link>
        {isShared && (
          <span title={t('sharedHint')}>
            <Tag>{t('isShared')}</Tag>
          </span>
        )}
        {vmCount > 0 && <span className="text-secondary small">{t('byVms', { count: vmCount })}</span>}
        <span className="ms-auto">
          <CopyState imageId={image.id} copy={copy} />
        </span>
        {state === 'failed' && (
          <ActionButton className="btn-sm" isPending={prefetch.isPending} onClick={again}>
            {t('copyAgain')}
          </ActionButton>
        )}
        {state !== 'removing' && (
          <ActionButton
            className="btn-sm"
            reason={vmCount > 0 ? t('copyInUse') : undefined}
            onClick={onRemove}
          >
            {t(state === 'copying' ? 'stopCopy' : 'removeCopy')}
          </ActionButton>
        )}
      </div>
      {problem && <div className="small text-danger mt-1 text-break">{errorText(problem)}</div>}
      {path !== null && (
        <div className="small text-secondary mt-1 text-break">
          <code>{path}</code> · <TimeIn text={t('lastUsed', { time: TIME })} at={lastUsedAt} />
        </div>
      )}
    </li>
  );
}
