/** A native dialog with Tabler's look: the browser keeps the focus inside, closes it on Esc and gives the focus back. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useT } from '../app/language.tsx';
import { uiMessages } from './ui.messages.ts';

interface ModalProps {
  readonly title: string;
  /** Without it, only what is inside closes it. */
  readonly onClose?: () => void;
  /** A form that holds work is not thrown away by a click beside it. */
  readonly isSticky?: boolean;
  readonly size?: 'sm' | 'md' | 'lg';
  readonly tone?: 'danger';
  readonly children: ReactNode;
}

/** Where work begins: what a caller marks, or the first field. The browser would take the close button. */
const FIELD = ':not([hidden], [disabled], [type=hidden], [type=file])';
const FIRST = `[data-first-focus], .modal-body :is(input, select, textarea)${FIELD}`;
/** Of several radio buttons the chosen one. */
const FIRST_CHOSEN = `[data-first-focus], .modal-body :is(input:not([type=radio]), :checked, select, textarea)${FIELD}`;

const sizes = { sm: 'modal-sm', md: '', lg: 'modal-lg' } as const;

/** It is open as long as it is rendered. */
export function Modal({ title, onClose, isSticky = false, size = 'md', tone, children }: ModalProps) {
  const t = useT(uiMessages);
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const before = document.activeElement;
    if (!element.open) element.showModal();
    const first =
      element.querySelector<HTMLElement>(FIRST_CHOSEN) ?? element.querySelector<HTMLElement>(FIRST);
    first?.focus();
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      // What it was opened with has gone: the page is read from its beginning, as after a link.
      if (document.activeElement === document.body) document.getElementById('content')?.focus();
    };
  }, []);
  return (
    // The click is a convenience for the mouse; the keyboard has Esc.
    <dialog
      ref={dialog}
      className={`modal ${sizes[size]}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onMouseDown={(event) => {
        if (event.target === dialog.current && !isSticky) onClose?.();
      }}
    >
      <div className="modal-content">
        {tone === 'danger' && <div className="modal-status bg-danger" />}
        <div className="modal-header">
          <h2 className="modal-title" id={titleId}>
            {title}
          </h2>
          {onClose && (
            <button type="button" className="btn-close" aria-label={t('close')} onClick={onClose} />
          )}
        </div>
        {children}
      </div>
    </dialog>
  );
}
