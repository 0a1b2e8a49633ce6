/**
 * libvirt's keepalive ("keep"): a peer that stays silent is pinged, and given up after `count` unanswered pings.
 * Found dead after intervalMs x (count + 1), at most one interval later.
 */
export const KEEPALIVE_PROGRAM = 0x6b65_6570;
export const Keepalive = { ping: 1, pong: 2 } as const;

export interface KeepaliveOptions {
  readonly intervalMs: number;
  readonly count: number;
}

export class KeepaliveTimer {
  readonly #timer: NodeJS.Timeout;
  #heard = true;
  #unanswered = 0;

  constructor(
    { intervalMs, count }: KeepaliveOptions,
    peer: { isPaused(): boolean; ping(): void; giveUp(): void },
  ) {
    this.#timer = setInterval(() => {
      // Who does not listen cannot complain of silence.
      if (this.#heard || peer.isPaused()) {
        this.#heard = false;
        this.#unanswered = 0;
      } else if (this.#unanswered >= count) {
        peer.giveUp();
      } else {
        this.#unanswered++;
        peer.ping();
      }
    }, intervalMs);
    // The socket keeps the process alive, or nothing does.
    this.#timer.unref();
  }

  /** Any byte from the peer is a sign of life. */
  heard(): void {
    this.#heard = true;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
