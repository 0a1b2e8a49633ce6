import { useState } from 'react';
import { rememberLocally, rememberedLocally } from '../../app/local-choice.ts';

/** `paste`: to the clipboard, then Ctrl-V, which a terminal in the guest may take for something else. */
export const textWays = ['paste', 'clipboard', 'keys'] as const;
export type TextWay = (typeof textWays)[number];

/** How text goes to guests that share their clipboard, as this browser remembers it. */
export function useTextWay() {
  const [way, setWay] = useState<TextWay>(() => rememberedLocally('text-way', textWays) ?? 'paste');
  const choose = (value: TextWay) => {
    setWay(value);
    rememberLocally('text-way', value);
  };
  return [way, choose] as const;
}
