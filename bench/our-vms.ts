/** VMs made by LouCloud, as a page does it: a request, then the event that says that it is over. */
import type { Login } from '../e2e/world.ts';
import { EventStream } from './event-stream.ts';

type Started = Promise<{ readonly operationId: string }>;

export class OurVms {
  readonly #login: Login;
  readonly #templateId: string;
  readonly stream: EventStream;

  private constructor(login: Login, templateId: string, stream: EventStream) {
    this.#login = login;
    this.#templateId = templateId;
    this.stream = stream;
  }

  static async open(login: Login, templateId: string): Promise<OurVms> {
    return new OurVms(login, templateId, await EventStream.open(login));
  }

  /** `web-{1..5}` is five in one request. Resolves when all are running. */
  async create(name: string): Promise<string[]> {
    const body = { name, templateId: this.#templateId };
    const { items } = await this.#login.call('vmCreate', { body });
    await Promise.all(items.map(({ operationId }) => this.stream.finished(operationId)));
    return items.map(({ vmId }) => vmId);
  }

  start = (vmId: string): Promise<void> => this.#over(this.#login.call('vmStart', { params: { vmId } }));

  powerOff = (vmId: string): Promise<void> =>
    this.#over(this.#login.call('vmPowerOff', { params: { vmId } }));

  reset = (vmId: string): Promise<void> => this.#over(this.#login.call('vmReset', { params: { vmId } }));

  /** Into the recycle bin. */
  delete = (vmId: string): Promise<void> => this.#over(this.#login.call('vmDelete', { params: { vmId } }));

  /** From running to nothing. */
  remove = (vmId: string): Promise<void> => this.#over(this.#login.call('vmPurge', { params: { vmId } }));

  async removeAll(vmIds: readonly string[]): Promise<void> {
    await Promise.all(vmIds.map(this.remove));
  }

  close(): void {
    this.stream.close();
  }

  async #over(started: Started): Promise<void> {
    await this.stream.finished((await started).operationId);
  }
}
