/** What every command is handed: the words, the printer, and the API of the LouCloud that the user is logged in to. */
import { hostname } from 'node:os';
import { type Client, type Language, createClient } from '@loucloud/api';
import { Printer } from '../output/printer.ts';
import { commonMessages } from '../words/common.messages.ts';
import { type Translate, translator } from '../words/i18n.ts';
import { languageOf } from '../words/language.ts';
import { usageMessages } from '../words/usage.messages.ts';
import { askLine } from './ask.ts';
import { type Login, configPath, readLogin } from './config-file.ts';
import { Refusal, UsageError } from './failures.ts';
import type { Io } from './io.ts';
import { type Values, valuesFor } from './values.ts';

export interface Connection {
  readonly url: string;
  readonly token: string;
  readonly client: Client;
}

export class Cli {
  readonly io: Io;
  readonly language: Language;
  readonly print: Printer;
  readonly t: Translate<(typeof commonMessages)['en']>;
  readonly usage: Translate<(typeof usageMessages)['en']>;
  readonly values: Values;
  readonly configPath: string;
  #connection: Promise<Connection> | null = null;

  constructor(io: Io) {
    this.io = io;
    this.language = languageOf(io.env);
    this.print = new Printer(io.stdout, io.stderr);
    this.t = translator(commonMessages, this.language);
    this.usage = translator(usageMessages, this.language);
    this.values = valuesFor(this.usage);
    this.configPath = configPath(io.env);
  }

  connection(): Promise<Connection> {
    return (this.#connection ??= this.#connect());
  }

  async client(): Promise<Client> {
    return (await this.connection()).client;
  }

  readLogin(): Promise<Login | null> {
    return readLogin(this.configPath);
  }

  /** An address as people write it: `cloud.example.org:8080/` → `http://cloud.example.org:8080`. */
  readUrl(text: string): string {
    const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
    const url = URL.canParse(full) ? new URL(full) : null;
    const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
    if (!url || !isHttp || url.username !== '' || url.search !== '' || url.hash !== '')
      throw new UsageError(this.usage('badUrl', { url: text }));
    return (url.origin + url.pathname).replace(/\/+$/, '');
  }

  /** Throws unless the user says yes, or said so beforehand. */
  async confirm(question: string, isAgreed: boolean | undefined): Promise<void> {
    if (isAgreed === true) return;
    if (this.io.stdin.isTTY !== true) throw new UsageError(this.usage('yesNeeded'));
    const answer = await askLine(this.io, this.t('confirm', { question }));
    if (!/^(y|yes|是|好)$/i.test(answer.trim())) throw new Refusal(this.t('cancelled'));
  }

  /** A token goes to the address that it was made for, and to no other. */
  async #connect(): Promise<Connection> {
    const { LOUCLOUD_URL, LOUCLOUD_TOKEN } = this.io.env;
    const login = LOUCLOUD_URL && LOUCLOUD_TOKEN ? null : await this.readLogin();
    const url = LOUCLOUD_URL ? this.readUrl(LOUCLOUD_URL) : login?.url;
    if (url === undefined) throw new Refusal(this.t('notLoggedIn'));
    const token = LOUCLOUD_TOKEN ? LOUCLOUD_TOKEN : login?.url === url ? login.token : undefined;
    if (token === undefined) throw new Refusal(this.t('noTokenForUrl', { url }));
    return { url, token, client: createClient({ baseUrl: url, token, fetch: sendAsCommand }) };
  }
}

const USER_AGENT = `loucloud (${hostname()})`;

export const sendAsCommand: typeof fetch = (input, init = {}) =>
  fetch(input, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), 'user-agent': USER_AGENT },
  });
