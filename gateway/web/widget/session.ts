/** The shopper's guest session: begun when something is first kept, remembered in this browser. */

import type { Api } from "./api.js";

interface Remembered { token: string; expireTime: string }

export class GuestSession {
  constructor(private readonly api: Api, private readonly brand: string) {}

  /** Makes sure that the calls carry a session that is still good. */
  async begin(): Promise<void> {
    const known = this.remembered();
    const session = known ?? (await this.api.post<Remembered>(`/v1/${this.brand}/guestSessions`, {}));
    if (!known) this.remember(session);
    this.api.session = session.token;
  }

  private get slot(): string {
    return `luneo-session:${this.api.base}:${this.brand}`;
  }

  private remembered(): Remembered | undefined {
    try {
      const known: Remembered = JSON.parse(localStorage.getItem(this.slot) ?? "null");
      return known && Date.parse(known.expireTime) > Date.now() + 60_000 ? known : undefined;
    } catch {
      return undefined; // storage is refused, or holds something else
    }
  }

  private remember(session: Remembered): void {
    try {
      localStorage.setItem(this.slot, JSON.stringify({ token: session.token, expireTime: session.expireTime }));
    } catch {
      // Without storage the session lasts as long as the page.
    }
  }
}
