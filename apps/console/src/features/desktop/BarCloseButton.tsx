/** Closes a bar below the screen. */
import { IconX } from '@tabler/icons-react';
import { useT } from '../../app/language.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';

export function BarCloseButton({ onClose }: { onClose: () => void }) {
  const t = useT(uiMessages);
  return (
    <button
      type="button"
      className="btn btn-icon btn-ghost-light"
      aria-label={t('close')}
      title={t('close')}
      onClick={onClose}
    >
      <IconX size={18} aria-hidden="true" />
    </button>
  );
}
