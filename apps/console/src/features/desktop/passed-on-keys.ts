/** Keys that make no text, by KeyboardEvent.key (and, alike, code), with their X11 keysyms. */
export const passedOn: Readonly<Record<string, number>> = {
  Enter: 0xff0d,
  Tab: 0xff09,
  Escape: 0xff1b,
  Backspace: 0xff08,
  Delete: 0xffff,
  ArrowLeft: 0xff51,
  ArrowUp: 0xff52,
  ArrowRight: 0xff53,
  ArrowDown: 0xff54,
};
