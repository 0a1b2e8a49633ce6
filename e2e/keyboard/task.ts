import type { Login } from '../world.ts';
import type { Keys } from './keys.ts';

/** What a task needs: hands on the keyboard, and a way to see by the API whether the thing is done. */
export interface Desk {
  readonly keys: Keys;
  readonly admin: Login;
  readonly url: string;
}

export interface Task {
  readonly name: string;
  readonly run: (desk: Desk) => Promise<void>;
}
