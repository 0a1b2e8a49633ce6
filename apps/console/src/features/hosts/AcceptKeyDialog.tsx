/** The server shows another SSH key: both are shown, with what it may mean, before the new one is taken. */
import type { Host } from '@loucloud/api';
import { useAction } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { KeyComparison, KeyFacts } from './KeyFacts.tsx';
import { keysOf } from './changed-key.ts';
import { hostAccessMessages } from './host-access.messages.ts';

export function AcceptKeyDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const t = useT(hostAccessMessages);
  const toast = useToast();
  const update = useAction('hostUpdate');
  const { id, name, hostKey } = host;
  const { expected, seen, type } = keysOf(host);
  return (
    <ConfirmDialog
      title={t('keyTitle', { name })}
      confirmLabel={t('acceptKey')}
      isDangerous
      action={async () => {
        await update.mutateAsync({ params: { hostId: id }, body: { hostKey: seen } });
        toast.success(t('keyAccepted', { name }));
      }}
      onClose={onClose}
    >
      <div className="d-grid gap-3">
        <p className="m-0">{t('keyWarning')}</p>
        <KeyFacts
          keys={[
            { label: t('keyBefore'), fingerprint: expected, type: hostKey?.type ?? '' },
            { label: t('keyNow'), fingerprint: seen, type },
          ]}
        />
        <KeyComparison />
      </div>
    </ConfirmDialog>
  );
}
