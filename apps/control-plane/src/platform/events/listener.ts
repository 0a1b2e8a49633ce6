/** One open event stream. */
import type { ServerResponse } from 'node:http';
import type { Event, OperationProgress } from '@loucloud/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../caller.ts';
import { eventForMember, isProgressOf } from './visibility.ts';

/** What a listener may leave unread before it is cut off. */
const BACKLOG_MAX_BYTES = 512 * 1024;
const HELD_BACK_MAX = 2000;
const RETRY_MS = 1000;
const END_MS = 500;

export interface Beginning {
  /** The last event that the client knows of. */
  readonly at: number;
  /** null: the client must read everything again. */
  readonly missed: readonly Event[] | null;
}

export class Listener {
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly #response: ServerResponse;
  /** Until `begin`. */
  #heldBack: Event[] | null = [];

  constructor(
    caller: Caller,
    request: FastifyRequest,
    response: ServerResponse,
    headers: ReturnType<FastifyReply['getHeaders']>,
  ) {
    this.caller = caller;
    this.request = request;
    this.#response = response;
    response.on('error', () => this.cut());
    for (const [name, value] of Object.entries(headers))
      if (value !== undefined) response.setHeader(name, value);
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // nginx would hold events back.
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
  }

  onClosed(action: () => void): void {
    this.#response.once('close', action);
  }

  begin({ at, missed }: Beginning): void {
    const heldBack = this.#heldBack ?? [];
    this.#heldBack = null;
    this.#write(`retry: ${RETRY_MS}\nid: ${at}\n${missed ? '' : 'event: reset\ndata: {}\n'}\n`);
    const replayed = new Set(missed?.map((event) => event.seq));
    for (const event of missed ?? []) this.tellEvent(event);
    for (const event of heldBack) if (!replayed.has(event.seq)) this.tellEvent(event);
  }

  tellEvent(event: Event): void {
    if (this.#heldBack) {
      if (this.#heldBack.push(event) > HELD_BACK_MAX) this.cut();
      return;
    }
    const visible = this.caller.isAdmin ? event : eventForMember(event, this.caller.userId);
    if (visible) this.#write(`event: change\nid: ${event.seq}\ndata: ${JSON.stringify(visible)}\n\n`);
  }

  tellProgress(progress: OperationProgress): void {
    if (this.#heldBack || !(this.caller.isAdmin || isProgressOf(progress, this.caller.userId))) return;
    this.#write(`event: progress\ndata: ${JSON.stringify(progress)}\n\n`);
  }

  /** Keeps proxies from closing a quiet stream, and finds clients that are gone. */
  beat(): void {
    this.#write(':\n\n');
  }

  end(): void {
    this.#response.end();
    // A client that does not read would keep what is left, and the socket, for ever.
    setTimeout(() => this.cut(), END_MS).unref();
  }

  cut(): void {
    this.#response.destroy();
  }

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#response.write(text);
    if (this.#response.writableLength > BACKLOG_MAX_BYTES) this.cut();
  }
}
