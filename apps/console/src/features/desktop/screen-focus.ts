/**
 * A screen that was connected, or is again, may have the keys: unless who looks at it is in a menu, in a dialog or at a
 * text, or walks by keys among what is around it. What they press next is not meant for the VM.
 */
export function mayTakeFocus(target: HTMLElement): boolean {
  const { activeElement: active } = document;
  if (active === null || active.matches('body, main')) return true;
  if (target.closest('main')?.contains(active) === true) return true;
  return (
    active.closest('dialog, [popover]') === null && !active.matches('input, textarea, select, :focus-visible')
  );
}
