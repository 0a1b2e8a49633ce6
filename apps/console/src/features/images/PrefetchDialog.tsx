/** Before a class begins: copies an image to the servers that are chosen. */
import type { Host, Image } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { query, useAction } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { imagesMessages } from './images.messages.ts';

export function PrefetchDialog({ image, onClose }: { image: Image; onClose: () => void }) {
  const t = useT(imagesMessages);
  const format = useFormat();
  const toast = useToast();
  const { data } = useQuery(query('hostList', { query: { limit: 200, sort: 'name' } }));
  const prefetch = useAction('imagePrefetch');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const lacking = (data?.items ?? []).filter((host) => lacks(image, host));
  const count = chosen.length;
  return (
    <ConfirmDialog
      title={t('prefetchTitle', { name: image.name })}
      confirmLabel={count === 0 ? t('prefetchDo') : t('prefetchConfirm', { count })}
      reason={count > 0 || !data ? undefined : lacking.length > 0 ? t('chooseServer') : t('prefetchNone')}
      action={async () => {
        await prefetch.mutateAsync({ params: { imageId: image.id }, body: { hostIds: [...chosen] } });
        toast.success(t('prefetchStarted', { count }));
      }}
      onClose={onClose}
    >
      <p>{t('prefetchIntro', { size: format.bytes(image.sizeBytes) })}</p>
      {lacking.length > 1 && (
        <Choice
          label={t('allServers')}
          isChosen={count === lacking.length}
          onChange={(isAll) => setChosen(isAll ? lacking.map(({ id }) => id) : [])}
        />
      )}
      {lacking.map(({ id, name, poolAvailableBytes }) => (
        <Choice
          key={id}
          label={name}
          note={t('freeThere', { free: format.bytes(poolAvailableBytes) })}
          isChosen={chosen.includes(id)}
          onChange={(isChosen) => setChosen(isChosen ? [...chosen, id] : chosen.filter((one) => one !== id))}
        />
      ))}
    </ConfirmDialog>
  );
}

const lacks = (image: Image, host: Host): boolean => {
  const copy = image.copies.find(({ hostId }) => hostId === host.id);
  return host.id !== image.hostId && copy?.state !== 'ready' && copy?.state !== 'copying';
};

interface ChoiceProps {
  readonly label: string;
  readonly note?: string;
  readonly isChosen: boolean;
  readonly onChange: (isChosen: boolean) => void;
}

function Choice({ label, note, isChosen, onChange }: ChoiceProps) {
  return (
    <label className="form-check">
      <input
        type="checkbox"
        className="form-check-input"
        checked={isChosen}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="form-check-label text-break">
        {label} {note && <span className="text-secondary small">{note}</span>}
      </span>
    </label>
  );
}
