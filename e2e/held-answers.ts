/** What pages ask of LouCloud, kept back on its way, or refused as it refuses while its database is away. */
import type { ErrorReply } from '@loucloud/api';
import type { BrowserContext, Route } from 'playwright-core';

type Way = 'open' | 'held' | 'refused';

const REFUSAL: ErrorReply = {
  code: 'database_unavailable',
  message: 'database unavailable (retryAfterSeconds: 5)',
  details: { retryAfterSeconds: 5 },
  requestId: '01a2b3c4',
};

export class HeldAnswers {
  #way: Way = 'open';
  #includesSession = false;
  readonly #held = new Set<Route>();

  private constructor() {}

  static async of(context: BrowserContext): Promise<HeldAnswers> {
    const answers = new HeldAnswers();
    await context.route(/\/api\/v1\//, (route) => answers.#take(route));
    return answers;
  }

  /** `includesSession`: who is logged in is not told either, so that not even the frame of a page is there. */
  hold({ includesSession }: { includesSession: boolean }): void {
    this.#way = 'held';
    // What is still there is of a page that has gone.
    this.#held.clear();
    this.#includesSession = includesSession;
  }

  /** What is held, and whatever is asked from now on. */
  async refuse(): Promise<void> {
    this.#way = 'refused';
    await Promise.all([...this.#held].map((route) => refuse(route)));
    this.#held.clear();
  }

  letThrough(): void {
    this.#way = 'open';
  }

  async #take(route: Route): Promise<void> {
    const { pathname } = new URL(route.request().url());
    const isKept = pathname !== '/api/v1/events' && (this.#includesSession || pathname !== '/api/v1/me');
    if (this.#way === 'open' || !isKept) return route.continue();
    if (this.#way === 'refused') return refuse(route);
    this.#held.add(route);
  }
}

const refuse = (route: Route): Promise<void> =>
  route.fulfill({
    status: 503,
    headers: { 'content-type': 'application/json; charset=utf-8', 'retry-after': '5' },
    body: JSON.stringify(REFUSAL),
  });
