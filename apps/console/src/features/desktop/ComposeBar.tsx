/**
 * A line below the screen where text is composed with one's own input method (Chinese, Japanese, dictation, a phone's
 * keyboard) and goes to the VM as keystrokes when it is finished.
 */
import { IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useT } from '../../app/language.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { desktopMessages } from './desktop.messages.ts';
import { useByCodePoint, useKeyboardLayout } from './keyboard-layout.ts';
import { keystrokesFor } from './keystrokes.ts';
import { passedOn } from './passed-on-keys.ts';
import { type KeySender, press, typeStrokes } from './type-text.ts';

export function ComposeBar({ sender, onClose }: { sender: KeySender; onClose: () => void }) {
  const t = useT(desktopMessages);
  const ui = useT(uiMessages);
  const { layout, choose, options } = useKeyboardLayout();
  const [isByCodePoint, setIsByCodePoint] = useByCodePoint();
  const [text, setText] = useState('');
  const [missing, setMissing] = useState<readonly string[]>([]);
  const typing = useRef<Promise<void>>(Promise.resolve());
  const stop = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    stop.current = controller;
    return () => controller.abort();
  }, []);

  /** One after another, however fast they are finished here. */
  const send = () => {
    const { strokes, missing: left } = keystrokesFor(text, layout, isByCodePoint);
    const { signal } = stop.current;
    typing.current = typing.current.then(() =>
      typeStrokes(sender, strokes, { signal, onProgress: () => undefined }),
    );
    setMissing(left);
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    // Enter and Backspace of a composition are the input method's.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && text !== '') {
      event.preventDefault();
      return send();
    }
    const passed = text === '' ? passedOn[event.key] : undefined;
    if (passed === undefined) return;
    event.preventDefault();
    press(sender, { code: event.key, keysym: passed, modifiers: [] });
  };
  return (
    <div className="screen-compose" role="group" aria-label={t('compose')}>
      <div className="screen-compose-line">
        <input
          className="form-control"
          aria-label={t('composeLabel')}
          placeholder={t('composeHint')}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="send"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button type="button" className="btn btn-primary" disabled={text === ''} onClick={send}>
          {t('composeSend')}
        </button>
        <button
          type="button"
          className="btn btn-icon btn-ghost-light"
          aria-label={ui('close')}
          title={ui('close')}
          onClick={onClose}
        >
          <IconX size={18} aria-hidden="true" />
        </button>
      </div>
      <div className="screen-compose-line">
        <select
          className="form-select form-select-sm w-auto"
          aria-label={t('layout')}
          value={layout}
          onChange={({ target }) => {
            const chosen = options.find(({ value }) => value === target.value);
            if (chosen) choose(chosen.value);
          }}
        >
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <label className="form-check m-0" title={t('byCodePointHint')}>
          <input
            type="checkbox"
            className="form-check-input"
            checked={isByCodePoint}
            onChange={({ target }) => setIsByCodePoint(target.checked)}
          />
          <span className="form-check-label">{t('byCodePoint')}</span>
        </label>
      </div>
      <p role="status" className="screen-compose-missing">
        {missing.length > 0 && t('notTyped', { characters: missing.join(' ') })}
      </p>
    </div>
  );
}
