/** Pictures that a shopper brings: sent to the brand, and what is said about each meanwhile. */

import type { Api } from "./api.js";
import { base64, sentenceOf } from "./api.js";
import type { GuestSession } from "./session.js";
import { say } from "./words.js";

const LONGEST_NAME = 120;

export class Uploads {
  /** What is said about the upload of a zone: progress, or why it was refused. */
  readonly said: Record<string, string> = {};

  constructor(
    private readonly calls: Api, private readonly brand: string, private readonly session: GuestSession,
    private readonly changed: () => void,
  ) {}

  /** Returns the name of the picture that a file has become; nothing if it was refused. */
  async add(zone: string, file: File): Promise<string | undefined> {
    this.say(zone, say("adding"));
    let [name, refusal]: [string | undefined, string] = [undefined, ""];
    try {
      await this.session.begin();
      const body = { asset: { displayName: file.name.slice(0, LONGEST_NAME) || "picture" }, data: await base64(file) };
      ({ name } = await this.calls.post<{ name: string }>(`/v1/${this.brand}/assets`, body, { once: true }));
    } catch (error) {
      refusal = sentenceOf(error);
    }
    this.say(zone, refusal);
    return name;
  }

  private say(zone: string, sentence: string): void {
    this.said[zone] = sentence;
    this.changed();
  }
}
