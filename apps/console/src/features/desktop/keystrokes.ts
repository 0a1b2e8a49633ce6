/**
 * Text as keystrokes. A VM gets scancodes, like from a real keyboard: which key makes which character depends on the
 * layout that the guest believes in, so that must be said.
 */
export const keyboardLayouts = ['us', 'gb', 'de', 'fr', 'jp'] as const;
export type KeyboardLayout = (typeof keyboardLayouts)[number];

export interface Keystroke {
  /** The physical key, as KeyboardEvent.code calls it. */
  readonly code: string;
  readonly keysym: number;
  readonly modifiers: readonly Modifier[];
}
export type Modifier = 'ShiftLeft' | 'AltRight' | 'ControlLeft';

export const modifierKeysyms = {
  ShiftLeft: 0xffe1,
  AltRight: 0xffea,
  ControlLeft: 0xffe3,
} as const satisfies Record<Modifier, number>;

/**
 * The keys in the order of the rows below. `IntlBackslash` is the key left of Z, which US keyboards lack; `IntlYen` and
 * `IntlRo` are Japanese ones.
 */
const keys: readonly string[] = [
  'Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal IntlYen',
  'KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight',
  'KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote Backslash IntlBackslash',
  'KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash IntlRo',
].flatMap((row) => row.split(' '));

/** One character a key; a space where the layout has none or a dead key, which would swallow the next character. */
interface Rows {
  readonly plain: string;
  readonly shift: string;
  readonly altGr?: string;
}

const layouts: Record<KeyboardLayout, Rows> = {
  us: {
    plain: '`1234567890-= ' + 'qwertyuiop[]' + "asdfghjkl;'\\ " + 'zxcvbnm,./ ',
    shift: '~!@#$%^&*()_+ ' + 'QWERTYUIOP{}' + 'ASDFGHJKL:"| ' + 'ZXCVBNM<>? ',
  },
  gb: {
    plain: '`1234567890-= ' + 'qwertyuiop[]' + "asdfghjkl;'#\\" + 'zxcvbnm,./ ',
    shift: '¬!"£$%^&*()_+ ' + 'QWERTYUIOP{}' + 'ASDFGHJKL:@~|' + 'ZXCVBNM<>? ',
    altGr: '    €         ' + '            ' + '             ' + '           ',
  },
  de: {
    plain: ' 1234567890ß  ' + 'qwertzuiopü+' + 'asdfghjklöä#<' + 'yxcvbnm,.- ',
    shift: '°!"§$%&/()=?  ' + 'QWERTZUIOPÜ*' + "ASDFGHJKLÖÄ'>" + 'YXCVBNM;:_ ',
    altGr: '  ²³   {[]}\\  ' + '@ €        ~' + '            |' + '      µ    ',
  },
  fr: {
    plain: '²&é"\'(-è_çà)= ' + 'azertyuiop $' + 'qsdfghjklmù*<' + 'wxcvbn,;:! ',
    shift: ' 1234567890°+ ' + 'AZERTYUIOP £' + 'QSDFGHJKLM%µ>' + 'WXCVBN?./§ ',
    altGr: '   #{[|  \\^@]} ' + '  €         ' + '             ' + '           ',
  },
  jp: {
    plain: ' 1234567890-^\\' + 'qwertyuiop@[' + 'asdfghjkl;:] ' + 'zxcvbnm,./ ',
    shift: ' !"#$%&\'() =~|' + 'QWERTYUIOP`{' + 'ASDFGHJKL+*} ' + 'ZXCVBNM<>?_',
  },
};

const special: Readonly<Record<string, Keystroke>> = {
  '\n': { code: 'Enter', keysym: 0xff0d, modifiers: [] },
  '\t': { code: 'Tab', keysym: 0xff09, modifiers: [] },
  ' ': { code: 'Space', keysym: 0x20, modifiers: [] },
};

export interface Typing {
  readonly strokes: readonly Keystroke[];
  /** What is not on the keyboard, each once. */
  readonly missing: readonly string[];
}

/**
 * `isByCodePoint`: what is on no key is typed as its code point after Ctrl-Shift-U, which IBus and GTK, the input methods
 * of most Linux desktops, take for the character; without it, it is missing.
 */
export function keystrokesFor(text: string, layout: KeyboardLayout, isByCodePoint = false): Typing {
  const map = keyMaps[layout];
  const strokes: Keystroke[] = [];
  const missing = new Set<string>();
  for (const { segment } of graphemes.segment(text.replace(/\r\n?/g, '\n'))) {
    const stroke = special[segment] ?? map.get(segment);
    if (stroke) strokes.push(stroke);
    else if (isByCodePoint) strokes.push(...byCodePoint(segment, map));
    else missing.add(segment);
  }
  return { strokes, missing: [...missing] };
}

/** Of each of its code points: Ctrl-Shift-U, its number in hexadecimal, a space. */
function byCodePoint(segment: string, map: ReadonlyMap<string, Keystroke>): Keystroke[] {
  return Array.from(segment).flatMap((character) => {
    const letters = ['u', ...Array.from((character.codePointAt(0) ?? 0).toString(16)), ' '];
    return letters.flatMap((letter, index) => {
      const stroke = special[letter] ?? map.get(letter);
      if (!stroke) return [];
      return index === 0 ? { ...stroke, modifiers: ['ControlLeft', 'ShiftLeft'] as const } : stroke;
    });
  });
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const keyMaps = Object.fromEntries(
  keyboardLayouts.map((layout) => [layout, keyMapOf(layouts[layout])]),
) as Record<KeyboardLayout, ReadonlyMap<string, Keystroke>>;

function keyMapOf({ plain, shift, altGr = '' }: Rows): ReadonlyMap<string, Keystroke> {
  const map = new Map<string, Keystroke>();
  const add = (row: string, modifiers: readonly Modifier[]) => {
    for (const [index, character] of Array.from(row).entries()) {
      const code = keys[index];
      // The first key that makes it is the simplest one.
      if (character === ' ' || code === undefined || map.has(character)) continue;
      map.set(character, { code, keysym: keysymOf(character), modifiers });
    }
  };
  add(plain, []);
  add(shift, ['ShiftLeft']);
  add(altGr, ['AltRight']);
  return map;
}

/** X11: Latin-1 as it is, everything else as Unicode. */
function keysymOf(character: string): number {
  const codePoint = character.codePointAt(0) ?? 0;
  return codePoint <= 0xff ? codePoint : 0x01000000 + codePoint;
}
