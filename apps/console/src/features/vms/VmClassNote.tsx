/** The class that a machine was made for, and when that is over. */
import type { Vm } from '@loucloud/api';
import { IconSchool } from '@tabler/icons-react';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { expiryText } from '../classes/class-time.ts';
import { vmsMessages } from './vms.messages.ts';

const SOON_MS = 14 * 86_400_000;

export function VmClassNote({ vm: { class: found, deletion } }: { vm: Vm }) {
  const t = useT(vmsMessages);
  const format = useFormat();
  if (!found || deletion) return null;
  const { name, expiresAt } = found;
  if (expiresAt === null) return <p className="text-secondary">{t('ofClass', { name })}</p>;
  const date = expiryText(expiresAt, format);
  const isSoon = Date.parse(expiresAt) - Date.now() < SOON_MS;
  return (
    <div className={`alert ${isSoon ? 'alert-warning' : 'alert-info'}`} role="status">
      <div className="alert-icon">
        <IconSchool aria-hidden="true" />
      </div>
      <div>
        {t('ofClass', { name })} {t('classExpires', { date })}
      </div>
    </div>
  );
}
