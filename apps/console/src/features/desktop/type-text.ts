/** Sends keystrokes at a pace that a keyboard controller, and a slow guest, can follow. */
import { type Keystroke, modifierKeysyms } from './keystrokes.ts';

export interface KeySender {
  sendKey: (keysym: number, code: string | null, down?: boolean) => void;
}

/** QEMU's keyboards queue 16 bytes and drop the rest: a guest that stalls for a quarter of a second loses nothing. */
export const STROKE_MS = 50;

export interface TypingProgress {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

export async function typeStrokes(
  sender: KeySender,
  strokes: readonly Keystroke[],
  { signal, onProgress }: TypingProgress,
): Promise<void> {
  for (const [index, stroke] of strokes.entries()) {
    if (signal.aborted) return;
    press(sender, stroke);
    onProgress(index + 1);
    await new Promise((resolve) => setTimeout(resolve, STROKE_MS));
  }
}

export function press(sender: KeySender, { keysym, code, modifiers }: Keystroke): void {
  for (const modifier of modifiers) sender.sendKey(modifierKeysyms[modifier], modifier, true);
  sender.sendKey(keysym, code, true);
  sender.sendKey(keysym, code, false);
  for (const modifier of [...modifiers].reverse()) sender.sendKey(modifierKeysyms[modifier], modifier, false);
}
