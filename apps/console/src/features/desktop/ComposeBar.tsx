/**
 * A line below the screen where text is composed with one's own input method (Chinese, Japanese, dictation, a phone's
 * keyboard) and goes to the VM when it is finished: by the guest's clipboard where it shares it, else as keystrokes.
 */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useT } from '../../app/language.tsx';
import { BarCloseButton } from './BarCloseButton.tsx';
import { desktopMessages } from './desktop.messages.ts';
import { CLIPBOARD_MAX_BYTES, bytesOf, pasteText } from './guest-clipboard.ts';
import { useByCodePoint, useKeyboardLayout } from './keyboard-layout.ts';
import { keystrokesFor } from './keystrokes.ts';
import { passedOn } from './passed-on-keys.ts';
import { type TextWay, textWays, useTextWay } from './text-way.ts';
import { type KeySender, press, typeStrokes } from './type-text.ts';
import type { GuestClipboard } from './use-guest-clipboard.ts';

interface ComposeBarProps {
  /** Null while the screen is not connected: what was composed waits. */
  readonly sender: KeySender | null;
  readonly clipboard: GuestClipboard;
  readonly onClose: () => void;
}

export function ComposeBar({ sender, clipboard, onClose }: ComposeBarProps) {
  const t = useT(desktopMessages);
  const keyboard = useKeyboardLayout();
  const byCodePoint = useByCodePoint();
  const [chosenWay, chooseWay] = useTextWay();
  const way = clipboard.state === 'ready' ? chosenWay : 'keys';
  const [text, setText] = useState('');
  const [notice, setNotice] = useState('');
  const typing = useRef<Promise<void>>(Promise.resolve());
  const stop = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    stop.current = controller;
    return () => controller.abort();
  }, [sender]);

  const typed = (hands: KeySender, signal: AbortSignal): (() => Promise<void>) => {
    const { strokes, missing } = keystrokesFor(text, keyboard.layout, byCodePoint[0]);
    setNotice(missing.length > 0 ? t('notTyped', { characters: missing.join(' ') }) : '');
    return () => typeStrokes(hands, strokes, { signal, onProgress: () => undefined });
  };
  /** One after another, however fast they are finished here. */
  const send = () => {
    if (!sender) return;
    const { signal } = stop.current;
    const { put } = clipboard;
    if (way === 'keys') typing.current = typing.current.then(typed(sender, signal));
    else {
      if (bytesOf(text).length > CLIPBOARD_MAX_BYTES) return setNotice(t('tooLongForClipboard'));
      setNotice(way === 'clipboard' ? t('onClipboard') : '');
      typing.current = typing.current.then(() =>
        way === 'clipboard' ? put(text) : pasteText(text, { put, sender, signal }),
      );
    }
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
    if (passed === undefined || !sender) return;
    event.preventDefault();
    press(sender, { code: event.key, keysym: passed, modifiers: [] });
  };
  return (
    <div className="screen-compose" role="group" aria-label={t('compose')}>
      <div className="screen-compose-line is-text">
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
        <button type="button" className="btn btn-primary" disabled={text === '' || !sender} onClick={send}>
          {t('composeSend')}
        </button>
        <BarCloseButton onClose={onClose} />
      </div>
      <div className="screen-compose-line">
        {clipboard.state === 'ready' && <WayChoice way={way} onChoose={chooseWay} />}
        {way === 'keys' && <KeyboardChoice keyboard={keyboard} byCodePoint={byCodePoint} />}
        {clipboard.state === 'no_agent' && <span className="small">{t('noAgent')}</span>}
      </div>
      <p role="status" className="screen-compose-missing">
        {sender ? notice : t('composeWaits')}
      </p>
    </div>
  );
}

function WayChoice({ way, onChoose }: { way: TextWay; onChoose: (way: TextWay) => void }) {
  const t = useT(desktopMessages);
  return (
    <select
      className="form-select form-select-sm w-auto"
      aria-label={t('way')}
      value={way}
      onChange={({ target }) => {
        const chosen = textWays.find((value) => value === target.value);
        if (chosen) onChoose(chosen);
      }}
    >
      {textWays.map((value) => (
        <option key={value} value={value}>
          {t(`way_${value}`)}
        </option>
      ))}
    </select>
  );
}

interface KeyboardChoiceProps {
  readonly keyboard: ReturnType<typeof useKeyboardLayout>;
  readonly byCodePoint: ReturnType<typeof useByCodePoint>;
}

function KeyboardChoice({
  keyboard: { layout, choose, options },
  byCodePoint: [isOn, setIsOn],
}: KeyboardChoiceProps) {
  const t = useT(desktopMessages);
  return (
    <>
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
          checked={isOn}
          onChange={({ target }) => setIsOn(target.checked)}
        />
        <span className="form-check-label">{t('byCodePoint')}</span>
      </label>
    </>
  );
}
