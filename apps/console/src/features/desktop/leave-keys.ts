/**
 * The way out of a screen for whoever has no mouse: there every key, Tab too, is the VM's. Ctrl, Alt and Shift together
 * are let go without another key; which side of the keyboard they are on does not matter.
 */
const MODIFIERS = ['Control', 'Alt', 'Shift'] as const;

type Modifier = (typeof MODIFIERS)[number];

export class LeaveKeys {
  readonly #down = new Set<Modifier>();
  /** Another key has been pressed since all were up. */
  #isOther = false;

  /** `code`: KeyboardEvent.code. With Shift held, Alt makes another `key` on Linux. */
  press(code: string): void {
    const modifier = MODIFIERS.find((name) => code === `${name}Left` || code === `${name}Right`);
    if (modifier) this.#down.add(modifier);
    else this.#isOther = true;
  }

  /** True: it was asked for, and nothing is held any more. */
  release({ ctrlKey, altKey, shiftKey }: Pick<KeyboardEvent, 'ctrlKey' | 'altKey' | 'shiftKey'>): boolean {
    if (ctrlKey || altKey || shiftKey) return false;
    const isAsked = this.#down.size === MODIFIERS.length && !this.#isOther;
    this.forget();
    return isAsked;
  }

  /** The keys are let go elsewhere. */
  forget(): void {
    this.#down.clear();
    this.#isOther = false;
  }
}
