/** The shopper's guest session: begun when something is first kept, remembered in this browser. */

import { Api } from "./api.js";
import type { GuestSession as Begun } from "./messages.js";

type Remembered = Pick<Begun, "token" | "expireTime">;

/** What all widgets of a page share, also where the browser refuses storage. */
const MEMORY = new Map<string, Remembered>();
const BEGINNING = new Map<string, Promise<string>>();
const SPARE_MS = 60_000;

export class GuestSession {
  constructor(private readonly api: Api, private readonly brand: string) {
    api.session = this.remembered()?.token ?? "";
    api.renew = () => this.renew();
  }

  /** Makes sure that the calls carry a session. */
  async begin(): Promise<void> {
    if (!this.api.session) await this.renew();
  }

  private async renew(): Promise<void> {
    const known = this.remembered();
    if (known && known.token !== this.api.session) {
      this.api.session = known.token; // another widget of this page was faster
      return;
    }
    let beginning = BEGINNING.get(this.slot);
    if (!beginning) {
      beginning = this.start().finally(() => BEGINNING.delete(this.slot));
      BEGINNING.set(this.slot, beginning);
    }
    this.api.session = await beginning;
  }

  private async start(): Promise<string> {
    const fresh = new Api(this.api.base, this.api.key, this.api.recorded);
    const { token, expireTime } = await fresh.post<Begun>(`/v1/${this.brand}/guestSessions`, {});
    MEMORY.set(this.slot, { token, expireTime });
    try {
      localStorage.setItem(this.slot, JSON.stringify({ token, expireTime }));
    } catch {
      // Without storage the session lasts as long as the page.
    }
    return token;
  }

  private get slot(): string {
    return `luneo-session:${this.api.base}:${this.brand}`;
  }

  private remembered(): Remembered | undefined {
    let known = MEMORY.get(this.slot);
    try {
      known ??= JSON.parse(localStorage.getItem(this.slot) ?? "null") ?? undefined;
    } catch {
      // Storage is refused, or holds something else.
    }
    return known && Date.parse(known.expireTime) > Date.now() + SPARE_MS ? known : undefined;
  }
}
