import { useState } from 'react';
import { useT } from '../../app/language.tsx';
import { rememberLocally, rememberedLocally } from '../../app/local-choice.ts';
import { desktopMessages } from './desktop.messages.ts';
import { type KeyboardLayout, keyboardLayouts } from './keystrokes.ts';

export const rememberedLayout = (): KeyboardLayout => rememberedLocally('keyboard', keyboardLayouts) ?? 'us';

/** The layout that the guests believe in, as this browser remembers it. */
export function useKeyboardLayout() {
  const t = useT(desktopMessages);
  const [layout, setLayout] = useState(rememberedLayout);
  const choose = (value: KeyboardLayout) => {
    setLayout(value);
    rememberLocally('keyboard', value);
  };
  const options = keyboardLayouts.map((value) => ({ value, label: t(`layout_${value}`) }));
  return { layout, choose, options };
}

const choices = ['yes', 'no'] as const;

/** Whether what is on no key is typed by its code point: right for the guests of one browser, wrong for another's. */
export function useByCodePoint() {
  const [choice, setChoice] = useState(() => rememberedLocally('by-code-point', choices) ?? 'no');
  const choose = (isOn: boolean) => {
    setChoice(isOn ? 'yes' : 'no');
    rememberLocally('by-code-point', isOn ? 'yes' : 'no');
  };
  return [choice === 'yes', choose] as const;
}
