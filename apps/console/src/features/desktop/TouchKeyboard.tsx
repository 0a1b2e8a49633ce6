/** Brings up a phone's own keyboard: it types into a hidden input, and what arrives there goes on to the VM. */
import { IconKeyboardShow } from '@tabler/icons-react';
import { type KeyboardEvent, useRef } from 'react';
import { useT } from '../../app/language.tsx';
import { desktopMessages } from './desktop.messages.ts';
import { rememberedLayout } from './keyboard-layout.ts';
import { keystrokesFor } from './keystrokes.ts';
import { passedOn } from './passed-on-keys.ts';
import { type KeySender, press } from './type-text.ts';

/** There is always something to delete: an empty input sends no backspace. */
const FILLER = '________';
const BACKSPACE = { code: 'Backspace', keysym: 0xff08, modifiers: [] } as const;

export function TouchKeyboard({ sender }: { sender: KeySender }) {
  const t = useT(desktopMessages);
  const input = useRef<HTMLInputElement>(null);
  const take = () => {
    const element = input.current;
    if (!element) return;
    const { value } = element;
    element.value = FILLER;
    element.setSelectionRange(FILLER.length, FILLER.length);
    let same = 0;
    while (same < FILLER.length && value[same] === FILLER[same]) same += 1;
    for (let deleted = same; deleted < FILLER.length; deleted += 1) press(sender, BACKSPACE);
    for (const stroke of keystrokesFor(value.slice(same), rememberedLayout()).strokes) press(sender, stroke);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const keysym = passedOn[event.key];
    // What is deleted is seen by what is left of the filler: phones send no key for it.
    if (keysym === undefined || event.key === 'Backspace') return;
    event.preventDefault();
    press(sender, { code: event.key, keysym, modifiers: [] });
  };
  return (
    <>
      <button
        type="button"
        className="btn btn-icon btn-sm btn-ghost-light touch-only"
        aria-label={t('keyboard')}
        title={t('keyboard')}
        onClick={() => input.current?.focus()}
      >
        <IconKeyboardShow size={18} aria-hidden="true" />
      </button>
      <input
        ref={input}
        className="touch-input"
        defaultValue={FILLER}
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        tabIndex={-1}
        aria-hidden="true"
        // A composition (IME, swiped word) is taken when it is finished.
        onInput={(event) => {
          if (!event.nativeEvent.isComposing) take();
        }}
        onCompositionEnd={take}
        onKeyDown={onKeyDown}
      />
    </>
  );
}
