import { useEffect, useRef, useState } from 'react';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { SelectField } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { desktopMessages } from './desktop.messages.ts';
import { CLIPBOARD_MAX_BYTES, bytesOf } from './guest-clipboard.ts';
import { useByCodePoint, useKeyboardLayout } from './keyboard-layout.ts';
import { keystrokesFor } from './keystrokes.ts';
import type { GuestClipboard } from './use-guest-clipboard.ts';
import { type KeySender, STROKE_MS, typeStrokes } from './type-text.ts';

const LONG_MS = 60_000;

/** What was typed here stays while the page is open: a stopped or failed typing is not started from nothing. */
const draft = new Map<'text', string>();

export function TypeTextDialog({
  name,
  sender,
  clipboard,
  onClose,
}: {
  name: string;
  sender: KeySender;
  clipboard: GuestClipboard;
  onClose: () => void;
}) {
  const t = useT(desktopMessages);
  const ui = useT(uiMessages);
  const format = useFormat();
  const [text, setText] = useState(() => draft.get('text') ?? '');
  const { layout, choose, options } = useKeyboardLayout();
  const [isByCodePoint, setIsByCodePoint] = useByCodePoint();
  const [done, setDone] = useState<number | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const { strokes, missing } = keystrokesFor(text, layout, isByCodePoint);
  const count = strokes.length;
  const isBusy = done !== null;
  const minutes = Math.ceil((count * STROKE_MS) / 60_000);
  const type = async () => {
    const controller = new AbortController();
    stop.current = controller;
    setDone(0);
    await typeStrokes(sender, strokes, { signal: controller.signal, onProgress: setDone });
    if (controller.signal.aborted) return setDone(null);
    draft.delete('text');
    onClose();
  };
  const put = async () => {
    await clipboard.put(text);
    draft.delete('text');
    onClose();
  };
  const isTooLong = bytesOf(text).length > CLIPBOARD_MAX_BYTES;
  return (
    <Modal title={t('typeTitle', { name })} onClose={onClose} isSticky>
      <div className="modal-body">
        <p className="text-secondary">{t('typeHint')}</p>
        <label className="form-label" htmlFor="text-to-type">
          {t('typeLabel')}
        </label>
        <textarea
          id="text-to-type"
          className="form-control font-monospace mb-2"
          rows={5}
          autoFocus
          spellCheck={false}
          value={text}
          disabled={isBusy}
          onChange={(event) => {
            draft.set('text', event.target.value);
            setText(event.target.value);
          }}
        />
        <SelectField
          label={t('layout')}
          field={{
            name: 'layout',
            value: layout,
            error: undefined,
            set: choose,
          }}
          options={options}
          isDisabled={isBusy}
        />
        <label className="form-check">
          <input
            type="checkbox"
            className="form-check-input"
            checked={isByCodePoint}
            disabled={isBusy}
            onChange={({ target }) => setIsByCodePoint(target.checked)}
          />
          <span className="form-check-label">{t('byCodePoint')}</span>
          <span className="form-check-description">{t('byCodePointHint')}</span>
        </label>
        <div role="status">
          {missing.length > 0 && (
            <div className="alert alert-warning">{t('cannotType', { characters: missing.join(' ') })}</div>
          )}
          {count * STROKE_MS > LONG_MS && <p className="text-secondary">{t('tooLong', { minutes })}</p>}
          {isBusy && (
            <>
              <ProgressBar value={done / Math.max(count, 1)} label={t('typeText')} />
              <p className="small text-secondary tabular mt-1 mb-0">
                {t('typing', { done: format.number(done), count: format.number(count) })}
              </p>
            </>
          )}
        </div>
      </div>
      <div className="modal-footer">
        <button
          type="button"
          className="btn me-auto"
          onClick={() => (isBusy ? stop.current?.abort() : onClose())}
        >
          {isBusy ? t('stop') : ui('cancel')}
        </button>
        {clipboard.state === 'ready' && (
          <button
            type="button"
            className="btn"
            disabled={text === '' || isTooLong || isBusy}
            title={isTooLong ? t('tooLongForClipboard') : undefined}
            onClick={() => void put()}
          >
            {t('toClipboard')}
          </button>
        )}
        <button
          type="button"
          className="btn btn-primary"
          disabled={count === 0 || isBusy}
          onClick={() => void type()}
        >
          {t('type', { count })}
        </button>
      </div>
    </Modal>
  );
}
