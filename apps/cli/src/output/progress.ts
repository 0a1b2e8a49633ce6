/** One line at the terminal's bottom that says what goes on; nothing where there is no terminal. */
import type { Output } from '../app/io.ts';
import { safeLine } from './safe-text.ts';
import { truncate } from './width.ts';

const CLEAR = '\r\u001b[K';
const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const FRAME_MS = 120;

export class ProgressLine {
  readonly #stream: Output | null;
  #text: () => string = () => '';
  #timer: NodeJS.Timeout | null = null;
  #frame = 0;

  constructor(stream: Output, isQuiet: boolean) {
    this.#stream = stream.isTTY === true && !isQuiet ? stream : null;
  }

  /** `text` is asked again at each turn, so that a countdown counts. */
  show(text: () => string): void {
    this.#text = text;
    if (this.#stream === null) return;
    this.#timer ??= setInterval(() => this.#draw(), FRAME_MS).unref();
    this.#draw();
  }

  clear(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#stream?.write(CLEAR);
  }

  #draw(): void {
    const frame = FRAMES[this.#frame++ % FRAMES.length] ?? '';
    // A terminal that does not know its width says 0.
    const columns = this.#stream?.columns || 80;
    this.#stream?.write(`${CLEAR}${frame} ${truncate(safeLine(this.#text()), columns - 3)}`);
  }
}
