/** How a copy of an image is; while it is made, how far that is. */
import type { ImageCopy, ImageCopyState } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useLiveOperation } from '../../app/use-live.ts';
import { Badge, type Tone } from '../../ui/Badge.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { copyStateMessages } from './images.messages.ts';

const tones = {
  copying: 'info',
  ready: 'success',
  changed: 'danger',
  failed: 'danger',
  removing: 'info',
} as const satisfies Record<ImageCopyState, Tone>;

export function CopyState({ imageId, copy: { state, operationId } }: { imageId: string; copy: ImageCopy }) {
  const t = useT(copyStateMessages);
  if (state === 'copying') return <Copying imageId={imageId} operationId={operationId} />;
  return <Badge tone={tones[state]}>{t(state)}</Badge>;
}

function Copying({ imageId, operationId }: { imageId: string; operationId: string | null }) {
  const t = useT(copyStateMessages);
  const format = useFormat();
  // One question for all the copies of an image.
  const { data } = useQuery(
    query('operationList', { query: { type: 'image.copy', objectId: imageId, isActive: true, limit: 200 } }),
  );
  const operation = useLiveOperation(data?.items.find(({ id }) => id === operationId) ?? null);
  const progress = operation?.progress ?? null;
  return (
    <div className="image-hashing">
      <div className="d-flex gap-2 small text-nowrap">
        {t('copying')}
        {progress !== null && <span className="text-secondary tabular">{format.percent(progress)}</span>}
      </div>
      <ProgressBar value={progress} label={t('copying')} />
    </div>
  );
}
