/** Keeps a composed layout in step with a design: the last word counts, and a lost server is asked again. */

import { ApiError, superseded } from "./api.js";
import type { Api } from "./api.js";
import type { Composed, Design } from "./messages.js";

const FIRST_WAIT_S = 1;
const LONGEST_WAIT_S = 20;

export class Composer {
  /** The last answer. */
  composed?: Composed | undefined;
  /** Why there is no answer to the last design. */
  failure = "";
  /** Done when the last design is answered, or the attempt has failed. */
  answered: Promise<void> = Promise.resolve();

  private of?: Design;
  private wanted?: Design;
  private running?: AbortController;
  private timer = 0;

  /** changed: there is a new answer or failure. */
  constructor(private readonly api: Api, private readonly brand: string, private readonly changed: () => void) {}

  /** Composes a design; an answer to an earlier one is dropped. */
  compose(design: Design): Promise<void> {
    this.wanted = design;
    this.answered = this.attempt(FIRST_WAIT_S);
    return this.answered;
  }

  /** Whether the last answer is the one to this design. */
  answers(design: Design): boolean {
    return this.of?.zones === design.zones && this.of.options === design.options && this.of.productRevision === design.productRevision;
  }

  /** Asks again at once if the last attempt failed. */
  again = (): void => {
    if (this.failure && this.wanted) void this.compose(this.wanted);
  };

  stop(): void {
    this.running?.abort();
    clearTimeout(this.timer);
  }

  private async attempt(waitS: number): Promise<void> {
    this.stop();
    const design = this.wanted!;
    const { signal } = (this.running = new AbortController());
    try {
      const composed = await this.api.post<Composed>(`/v1/${this.brand}/designs:compose`, { design }, { signal });
      if (signal.aborted) return;
      this.composed = composed;
      this.of = design;
      this.failure = "";
    } catch (error) {
      if (superseded(error) || signal.aborted) return;
      this.failure = (error as Error).message;
      if (error instanceof ApiError && error.passing) this.later(Math.max(waitS, error.retryAfterS));
    }
    this.changed();
  }

  private later(waitS: number): void {
    this.timer = window.setTimeout(() => void this.attempt(Math.min(waitS * 2, LONGEST_WAIT_S)), waitS * 1000);
  }
}
