/** A terminal on the VM's serial line: bytes both ways. It outlives its sockets, so that nothing scrolls away on a reconnect. */
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { mayTakeFocus } from './screen-focus.ts';
import { allowTerminalStyles } from './terminal-styles.ts';

export class SerialTerminal {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #observer: ResizeObserver;
  readonly #styles = allowTerminalStyles(document);
  readonly #target: HTMLElement;
  #socket: WebSocket | null = null;

  constructor(target: HTMLElement, label: string) {
    this.#target = target;
    this.#terminal = new Terminal({
      fontFamily: 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", "WenQuanYi Micro Hei Mono", monospace',
      fontSize: 14,
      scrollback: 10_000,
      cursorBlink: true,
      screenReaderMode: matchMedia('(prefers-reduced-motion: reduce)').matches,
      theme: { background: '#0b0e14', foreground: '#d5dae3' },
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.open(target);
    this.#terminal.textarea?.setAttribute('aria-label', label);
    this.#terminal.onData((text) => this.#send(new TextEncoder().encode(text)));
    this.#terminal.onBinary((text) =>
      this.#send(Uint8Array.from(text, (character) => character.charCodeAt(0))),
    );
    this.#observer = new ResizeObserver(() => this.#fit.fit());
    this.#observer.observe(target);
  }

  attach(socket: WebSocket, onOpen: () => void): () => void {
    this.#socket = socket;
    socket.addEventListener('open', () => {
      onOpen();
      if (mayTakeFocus(this.#target)) this.#terminal.focus();
    });
    socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) =>
      this.#terminal.write(new Uint8Array(data)),
    );
    return () => {
      if (this.#socket === socket) this.#socket = null;
    };
  }

  clear(): void {
    this.#terminal.clear();
    this.#terminal.focus();
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#terminal.dispose();
    this.#styles.release();
  }

  #send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(bytes);
  }
}
