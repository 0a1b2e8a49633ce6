/** Whether an image can be used; while its checksum is computed, how far that is. */
import type { Image, ImageState as State } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useLiveOperation } from '../../app/use-live.ts';
import { Badge, type Tone } from '../../ui/Badge.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { imagesMessages } from './images.messages.ts';

const tones = {
  hashing: 'info',
  ready: 'success',
  changed: 'danger',
  missing: 'danger',
} as const satisfies Record<State, Tone>;

export function ImageState({ image: { id, state } }: { image: Pick<Image, 'id' | 'state'> }) {
  const t = useT(imagesMessages);
  if (state === 'hashing') return <Hashing imageId={id} />;
  return <Badge tone={tones[state]}>{t(state)}</Badge>;
}

function Hashing({ imageId }: { imageId: string }) {
  const t = useT(imagesMessages);
  const format = useFormat();
  // One question for all the rows of a list.
  const { data } = useQuery(
    query('operationList', { query: { type: 'image.hash', isActive: true, limit: 200 } }),
  );
  const operation = useLiveOperation(data?.items.find(({ objectId }) => objectId === imageId) ?? null);
  const progress = operation?.progress ?? null;
  return (
    <div className="image-hashing" title={t('hashingHint')}>
      <div className="d-flex gap-2 small text-nowrap">
        {t('hashing')}
        {progress !== null && <span className="text-secondary tabular">{format.percent(progress)}</span>}
      </div>
      <ProgressBar value={progress} label={t('hashing')} />
    </div>
  );
}
