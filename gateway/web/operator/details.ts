/** What a row of the list shows beyond the snapshot itself: its words and a thumbnail, fetched when it comes into view. */

import type { Api } from "../widget/api.js";
import { brandOf, sentenceOf } from "../widget/api.js";
import type { Operation, Render, Snapshot, SnapshotContent } from "../widget/messages.js";
import { finished } from "./operations.js";

const AT_ONCE = 2;
const THUMBNAIL = "SNAPSHOT_ASSET_KIND_THUMBNAIL";

export interface Detail { product?: string; texts: string[]; picture?: string; failure?: string }

export class Details {
  readonly known = new Map<string, Detail>();
  private readonly queue: Snapshot[] = [];
  private running = 0;

  constructor(private readonly api: Api, private readonly changed: () => void) {}

  /** Fetches the details of a snapshot, a few at a time; once. */
  want(snapshot: Snapshot): void {
    if (this.known.has(snapshot.name)) return;
    this.known.set(snapshot.name, { texts: [] });
    this.queue.push(snapshot);
    if (this.running < AT_ONCE) void this.run();
  }

  private async run(): Promise<void> {
    this.running++;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      this.known.set(next.name, await this.fetch(next).catch((error) => ({ texts: [], failure: sentenceOf(error) })));
      this.changed();
    }
    this.running--;
  }

  private async fetch(snapshot: Snapshot): Promise<Detail> {
    const { revision, design } = await this.api.get<SnapshotContent>(`/v1/${snapshot.name}:content`);
    const texts = Object.values(design?.zones ?? {}).flatMap((value) => value.text?.text || []);
    const said = { product: revision?.displayName ?? "", texts };
    this.known.set(snapshot.name, said);
    this.changed();
    return this.thumbnail(snapshot).then(
      (uri) => ({ ...said, picture: this.api.picture(uri) }),
      (error) => ({ ...said, failure: sentenceOf(error) }), // its words are still worth showing
    );
  }

  private async thumbnail(snapshot: Snapshot): Promise<string | undefined> {
    const made = snapshot.assets?.find((asset) => asset.kind === THUMBNAIL)?.uri;
    if (made) return made;
    const body = { kind: "RENDER_KIND_THUMBNAIL", snapshot: snapshot.name };
    const operation = await this.api.post<Operation>(`/v1/${brandOf(snapshot.name)}/renders`, body, { once: true });
    return (await this.api.get<Render>(`/v1/${await finished(this.api, operation)}`)).result?.uri;
  }
}
