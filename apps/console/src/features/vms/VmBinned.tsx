/** The VM lies in the recycle bin: since when, and until when it can be had back. */
import type { Vm } from '@loucloud/api';
import { IconTrash } from '@tabler/icons-react';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { binMessages } from './bin.messages.ts';

export function VmBinned({ vm: { state, deletion } }: { vm: Vm }) {
  const t = useT(binMessages);
  const format = useFormat();
  if (!deletion) return null;
  const deleted = format.dateTime(deletion.deletedAt);
  const purged = format.dateTime(deletion.purgeAt);
  return (
    <div className="alert alert-warning m-0" role="status">
      <div className="alert-icon">
        <IconTrash aria-hidden="true" />
      </div>
      <div>
        <h2 className="alert-heading h4 mb-1">{t('inBin')}</h2>
        <p className="m-0">{t('inBinText', { deleted, purged })}</p>
        {(state === 'running' || state === 'paused') && <p className="mt-1 mb-0">{t('inBinRuns')}</p>}
      </div>
    </div>
  );
}
