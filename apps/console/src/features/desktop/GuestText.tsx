/** What was copied in the guest, on its way to one's own clipboard: a browser wants a click for that, and one sees first what it is. */
import { IconClipboardText } from '@tabler/icons-react';
import { useT } from '../../app/language.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { BarCloseButton } from './BarCloseButton.tsx';
import { desktopMessages } from './desktop.messages.ts';

const ROWS_MAX = 5;

export function GuestTextButton({ text, onOpen }: { text: string; onOpen: () => void }) {
  const t = useT(desktopMessages);
  return (
    <>
      <span role="status" className="visually-hidden">
        {text !== '' && t('guestTextNews')}
      </span>
      {text !== '' && (
        <button type="button" className="btn btn-sm btn-ghost-light" title={t('guestText')} onClick={onOpen}>
          <IconClipboardText size={18} className="icon" aria-hidden="true" />
          <span className="screen-tool-text">{t('guestText')}</span>
        </button>
      )}
    </>
  );
}

export function GuestTextBar({ text, onClose }: { text: string; onClose: () => void }) {
  const t = useT(desktopMessages);
  return (
    <div className="screen-compose" role="group" aria-label={t('guestText')}>
      <div className="screen-compose-line is-text">
        <textarea
          className="form-control"
          aria-label={t('guestText')}
          readOnly
          autoFocus
          rows={Math.min(text.split('\n').length, ROWS_MAX)}
          value={text}
          onFocus={({ target }) => target.select()}
        />
        <CopyButton text={text} label={t('shareCopy')} className="btn btn-primary" />
        <BarCloseButton onClose={onClose} />
      </div>
    </div>
  );
}
