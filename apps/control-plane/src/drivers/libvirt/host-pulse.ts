/** Asks a connected host every few seconds whether it still answers, and says when the answer to that changes. */
import { CallTimeoutError, type Link, LibvirtError } from '@loucloud/libvirt';
import { type Beat, HostBreaker, type Verdict } from './host-breaker.ts';

export interface PulseTiming {
  readonly everyMs: number;
  /** While it does not answer as it should: that is to be known soon, and so is its end. */
  readonly uneasyEveryMs: number;
  readonly answerWithinMs: number;
  /** Slower than this is slow. A call takes a host less than one, and the way there and back up to 200. */
  readonly slowMs: number;
}

export const PULSE: PulseTiming = { everyMs: 5000, uneasyEveryMs: 1500, answerWithinMs: 5000, slowMs: 300 };

export interface PulseOptions {
  readonly link: Link;
  readonly timing: PulseTiming;
  readonly onVerdict: (verdict: Verdict) => void;
  readonly onError: (error: unknown) => void;
}

export class HostPulse {
  readonly #options: PulseOptions;
  #breaker: HostBreaker;
  #timer: NodeJS.Timeout | undefined;
  #spell: AbortSignal | undefined;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#breaker = new HostBreaker(options.timing.slowMs);
  }

  get verdict(): Verdict | null {
    return this.#breaker.verdict;
  }

  /** For as long as the connection holds: `spell` is aborted with its loss. */
  start(spell: AbortSignal): void {
    this.#spell = spell;
    this.#breaker = new HostBreaker(this.#options.timing.slowMs);
    clearTimeout(this.#timer);
    spell.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
    void this.#beat(spell);
  }

  async #beat(spell: AbortSignal): Promise<void> {
    const { link, timing, onVerdict, onError } = this.#options;
    const breaker = this.#breaker;
    try {
      const beat = await this.#feel(spell);
      if (spell.aborted || this.#spell !== spell) return;
      const changed = breaker.note(beat);
      if (changed) onVerdict(changed);
      if (breaker.isLost) return link.reconnect('calls get no answer');
    } catch (error) {
      if (spell.aborted) return;
      onError(error);
    }
    const delayMs = breaker.isUneasy ? timing.uneasyEveryMs : timing.everyMs;
    this.#timer = setTimeout(() => void this.#beat(spell), delayMs);
  }

  async #feel(signal: AbortSignal): Promise<Beat> {
    const { link, timing } = this.#options;
    const options = { timeoutMs: timing.answerWithinMs, signal, isPulse: true };
    const [quickMs, ordinaryMs] = await Promise.all([
      answerMs(() => link.call('connectGetLibVersion', {}, options)),
      answerMs(() => link.call('nodeGetCpuMap', { needMap: 0, needOnline: 1, flags: 0 }, options)),
    ]);
    return { quickMs, ordinaryMs };
  }
}

/** A refusal is an answer too. */
async function answerMs(call: () => Promise<unknown>): Promise<number | null> {
  const start = performance.now();
  using delays = new OwnDelays();
  const tookMs = () => performance.now() - start - delays.totalMs();
  try {
    await call();
  } catch (error) {
    // The host had no more than half of the time: then it is not known whether it would have answered.
    if (error instanceof CallTimeoutError) return tookMs() < error.timeoutMs / 2 ? tookMs() : null;
    if (!(error instanceof LibvirtError)) throw error;
  }
  return tookMs();
}

const TICK_MS = 50;
/** A tick is always a little late. */
const STALL_MS = 100;

/** How long this process itself had no time for anything: no fault of the host's. */
class OwnDelays {
  readonly #timer: NodeJS.Timeout;
  #lastTick = performance.now();
  #totalMs = 0;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  totalMs(): number {
    const lateMs = performance.now() - this.#lastTick - TICK_MS;
    return this.#totalMs + (lateMs > STALL_MS ? lateMs : 0);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#totalMs = this.totalMs();
    this.#lastTick = performance.now();
  }
}
