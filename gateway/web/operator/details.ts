/** What is shown of a design beyond its name: its words and a thumbnail, fetched when it comes into view. */

import type { Api } from "../widget/api.js";
import { brandOf, sentenceOf } from "../widget/api.js";
import type { Design, Operation, Render, Revision, Snapshot, SnapshotContent, Zone } from "../widget/messages.js";
import { finished } from "./operations.js";

const AT_ONCE = 2;
const THUMBNAIL = "SNAPSHOT_ASSET_KIND_THUMBNAIL";

export interface Detail { product?: string; texts: string[]; picture?: string; failure?: string }

export class Details {
  readonly known = new Map<string, Detail>();
  private readonly queue: string[] = [];
  private running = 0;

  constructor(private readonly api: Api, private readonly changed: () => void) {}

  /** Fetches the details of a snapshot, a few at a time; once. snapshot: its name. */
  want(snapshot: string): void {
    if (this.known.has(snapshot)) return;
    this.known.set(snapshot, { texts: [] });
    this.queue.push(snapshot);
    if (this.running < AT_ONCE) void this.run();
  }

  /** The words of a design; "" before they are known. */
  wordsOf(snapshot: string): string {
    return this.known.get(snapshot)?.texts.join(" · ") ?? "";
  }

  private async run(): Promise<void> {
    this.running++;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      this.known.set(next, await this.fetch(next).catch((error) => ({ texts: [], failure: sentenceOf(error) })));
      this.changed();
    }
    this.running--;
  }

  private async fetch(name: string): Promise<Detail> {
    const { snapshot, revision, design } = await this.api.get<SnapshotContent>(`/v1/${name}:content`);
    const texts = wordsOf(revision, design).map(({ text }) => text);
    const said = { product: revision?.displayName ?? "", texts };
    this.known.set(name, said);
    this.changed();
    return this.thumbnail(name, snapshot).then(
      (uri) => ({ ...said, picture: this.api.picture(uri) }),
      (error) => ({ ...said, failure: sentenceOf(error) }), // its words are still worth showing
    );
  }

  private async thumbnail(name: string, snapshot: Snapshot): Promise<string | undefined> {
    const made = snapshot.assets?.find((asset) => asset.kind === THUMBNAIL)?.uri;
    return made ?? picture(this.api, { kind: "RENDER_KIND_THUMBNAIL", snapshot: name });
  }
}

/** The words of a design in the order of its zones; what becomes a code only where nothing else is written. */
export function wordsOf(revision: Revision | undefined, design: Design | undefined): { zone: Zone; text: string }[] {
  const words = (revision?.template.zones ?? []).flatMap((zone) => {
    const text = design?.zones?.[zone.id]?.text?.text;
    return text ? [{ zone, text }] : [];
  });
  const plain = words.filter(({ zone }) => !zone.code);
  return plain.length ? plain : words;
}

/** Has a picture of a snapshot made, and returns where it can be read. */
export async function picture(api: Api, render: { kind: string; snapshot: string }): Promise<string | undefined> {
  const operation = await api.post<Operation>(`/v1/${brandOf(render.snapshot)}/renders`, render, { once: true });
  return (await api.get<Render>(`/v1/${await finished(api, operation)}`)).result?.uri;
}
