/** Keys and combinations that a browser, or the system it runs on, keeps for itself. */
import type { KeySender } from './type-text.ts';

interface Key {
  readonly code: string;
  readonly keysym: number;
}

const control: Key = { code: 'ControlLeft', keysym: 0xffe3 };
const alt: Key = { code: 'AltLeft', keysym: 0xffe9 };
const meta: Key = { code: 'MetaLeft', keysym: 0xffeb };
const tab: Key = { code: 'Tab', keysym: 0xff09 };
const escape: Key = { code: 'Escape', keysym: 0xff1b };
const functionKey = (number: number): Key => ({ code: `F${number}`, keysym: 0xffbd + number });
const letter = (name: string): Key => ({ code: `Key${name.toUpperCase()}`, keysym: name.charCodeAt(0) });

/** By what stands on the keys; groups are apart in the menu. */
export const specialKeys: readonly (readonly (readonly [string, readonly Key[]])[])[] = [
  [
    ['Ctrl-Alt-Del', [control, alt, { code: 'Delete', keysym: 0xffff }]],
    ['Alt-Tab', [alt, tab]],
    ['Alt-F4', [alt, functionKey(4)]],
    ['Ctrl-Esc', [control, escape]],
    ['Super (⊞)', [meta]],
    ['Super-L', [meta, letter('l')]],
    ['Print Screen', [{ code: 'PrintScreen', keysym: 0xff61 }]],
    ['Esc', [escape]],
    ['F11', [functionKey(11)]],
  ],
  [1, 2, 3, 7].map((number) => [`Ctrl-Alt-F${number}`, [control, alt, functionKey(number)]] as const),
];

/** All down in their order, all up in the other. */
export function pressTogether(sender: KeySender, keys: readonly Key[]): void {
  for (const { keysym, code } of keys) sender.sendKey(keysym, code, true);
  for (const { keysym, code } of keys.toReversed()) sender.sendKey(keysym, code, false);
}
