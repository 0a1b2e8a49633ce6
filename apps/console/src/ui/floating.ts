/** Puts a popover beside its button, inside the window. */
const GAP_PX = 4;
const MARGIN_PX = 8;

export function placeBeside(
  popover: HTMLElement,
  anchor: HTMLElement,
  align: 'start' | 'end' | 'center' = 'end',
): void {
  const button = anchor.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const wanted = {
    start: button.left,
    end: button.right - width,
    center: (button.left + button.right - width) / 2,
  }[align];
  const left = clamp(wanted, MARGIN_PX, innerWidth - width - MARGIN_PX);
  const hasRoomBelow = button.bottom + GAP_PX + height + MARGIN_PX <= innerHeight;
  const hasRoomAbove = button.top - GAP_PX - height >= MARGIN_PX;
  const top = hasRoomBelow || !hasRoomAbove ? button.bottom + GAP_PX : button.top - GAP_PX - height;
  popover.style.left = `${left}px`;
  popover.style.top = `${clamp(top, MARGIN_PX, Math.max(MARGIN_PX, innerHeight - height - MARGIN_PX))}px`;
}

/**
 * As a `ref`: what the browser gives the focus when the popover around it is shown, at once, so that no key goes elsewhere.
 * React's own `autoFocus` would come before that.
 */
export function focusWhenShown(element: HTMLElement | null): () => void {
  element?.setAttribute('autofocus', '');
  return () => element?.removeAttribute('autofocus');
}

const clamp = (value: number, min: number, max: number) => Math.max(min, Math.min(value, max));
