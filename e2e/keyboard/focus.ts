/** Where the focus is, as a person finds it. These functions run in the page. */

export interface Focus {
  /** What it is called; empty: nothing has the focus. */
  readonly name: string;
  /** As it is marked up: `button`, `select`, a role. */
  readonly kind: string;
  /** What it has: of a field what was typed, of a choice the chosen option. */
  readonly value: string;
  readonly isChecked: boolean;
  /** Of what can be pressed: it does something. */
  readonly isPossible: boolean;
  readonly isInDialog: boolean;
}

export function readFocus(): Focus {
  const textOf = (element: Element | null | undefined) =>
    (element?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
  const nameOf = (element: HTMLElement) => {
    const labels = 'labels' in element ? [...((element.labels as NodeListOf<Element> | null) ?? [])] : [];
    return (
      element.getAttribute('aria-label') ??
      (labels.length > 0 ? labels.map(textOf).join(' ') : textOf(element) || (element.title ?? ''))
    );
  };
  const active = document.activeElement as HTMLElement | null;
  if (active === null || active === document.body)
    return { name: '', kind: '', value: '', isChecked: false, isPossible: false, isInDialog: false };
  // Whole pages and dialogs have it for those who listen.
  const isWhole = active.matches('main, dialog, [role=menu]');
  const tag = active.tagName.toLowerCase();
  const field = active as HTMLInputElement & HTMLSelectElement;
  return {
    name: isWhole ? tag : nameOf(active),
    kind: active.getAttribute('role') ?? tag,
    value: tag === 'select' ? textOf(field.selectedOptions[0]) : (field.value ?? ''),
    isChecked: field.checked || active.getAttribute('aria-checked') === 'true',
    isPossible: active.getAttribute('aria-disabled') !== 'true',
    isInDialog: active.closest('dialog') !== null,
  };
}

/** For the message of a failure. */
export function sayFocus(): string {
  const open = [...document.querySelectorAll(':popover-open, dialog[open]')];
  const begin = (element: Element | null) => element?.outerHTML.slice(0, 200) ?? '';
  return `it is at ${begin(document.activeElement)}; open: ${open.map(begin).join(' | ')}`;
}

interface Seen {
  readonly element: Element;
  readonly look: string;
}

/** Why nobody with eyes would find it, or what had it just before and looks the same without; null: both are in sight. */
export function judgeFocus(): string | null {
  const kept = globalThis as unknown as { __seen?: Seen };
  /** Radio buttons and files are drawn by their labels, screens by what is around them. */
  const drawn = (element: Element): Element[] =>
    [
      element,
      element.nextElementSibling,
      element.parentElement,
      element.closest('label, .screen-target, .terminal-target'),
    ].filter((one) => one !== null);
  const lookOf = (element: Element) =>
    drawn(element)
      .map((one) => {
        const { outline, boxShadow, borderColor, backgroundColor, color, clipPath, width } =
          getComputedStyle(one);
        return [outline, boxShadow, borderColor, backgroundColor, color, clipPath, width].join();
      })
      .join('|');
  /** At least a part of it: of a long text the line that is written. */
  const isInSight = (element: Element) =>
    drawn(element).some((one) => {
      const { left, right, top, bottom, width, height } = one.getBoundingClientRect();
      const isHit = (y: number) => {
        const hit = document.elementFromPoint((left + right) / 2, y);
        return hit !== null && (one.contains(hit) || hit.contains(one));
      };
      return width > 4 && height > 4 && [top + 3, (top + bottom) / 2, bottom - 3].some(isHit);
    });
  const { activeElement: active } = document;
  const before = kept.__seen;
  if (before && before.element === active) return null;
  delete kept.__seen;
  const isPart = active !== null && !active.matches('body, main, dialog, [role=menu]');
  if (isPart) kept.__seen = { element: active, look: lookOf(active) };
  if (before?.element.isConnected === true && before.element.checkVisibility())
    if (lookOf(before.element) === before.look)
      return `looks as without the focus: ${before.element.outerHTML.slice(0, 160)}`;
  // What has just been told lies above everything for a moment.
  if (!isPart || document.querySelector('.toast') !== null || isInSight(active)) return null;
  delete kept.__seen; // to be judged again
  return `out of sight: ${active.outerHTML.slice(0, 160)}`;
}
