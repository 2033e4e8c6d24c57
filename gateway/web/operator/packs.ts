/** The files of designs: has them made, says how far that is, and offers them. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Api } from "../widget/api.js";
import { brandOf, sentenceOf } from "../widget/api.js";
import type { ExportPack, Operation } from "../widget/messages.js";
import { finished } from "./operations.js";
import { say } from "./words.js";

interface Making { percent: number; step: string; error?: string; pack?: ExportPack }
/** What a pack is of. workOrder: whose job ticket is in it. */
export interface Wanted { snapshot: string; workOrder?: string }

export class Packs {
  private readonly known = new Map<string, Making>();

  constructor(private readonly api: Api, private readonly changed: () => void) {}

  /** The button that has a pack made, then its progress, then its files. */
  render(wanted: Wanted): TemplateResult {
    const making = this.known.get(keyOf(wanted));
    if (making?.pack) return this.files(making.pack);
    const busy = making && !making.error;
    return html`<button type="button" aria-disabled=${busy ? "true" : "false"} @click=${() => busy || this.make(wanted)}>
        ${making?.error ? say("makeAgain") : say("make")}</button>
      ${busy ? html`<progress max="100" .value=${making.percent} aria-label=${say("making")}></progress><span class="quiet" role="status">${making.step}</span>` : nothing}
      ${making?.error ? html`<p class="problem" role="alert">${making.error}</p>` : nothing}`;
  }

  private async make(wanted: Wanted): Promise<void> {
    this.report(wanted, { percent: 0, step: say("waiting") });
    try {
      const operation = await this.api.post<Operation>(`/v1/${brandOf(wanted.snapshot)}/exportPacks`, wanted, { once: true });
      const name = await finished(this.api, operation, ({ metadata }) => {
        this.report(wanted, { percent: metadata?.progressPercent ?? 0, step: metadata?.step || say("waiting") });
      });
      this.report(wanted, { percent: 100, step: "", pack: await this.api.get<ExportPack>(`/v1/${name}`) });
    } catch (error) {
      this.report(wanted, { percent: 0, step: "", error: sentenceOf(error) });
    }
  }

  private report(wanted: Wanted, making: Making): void {
    this.known.set(keyOf(wanted), making);
    this.changed();
  }

  private files({ result }: ExportPack): TemplateResult {
    const files = result?.files ?? [];
    const size = Math.round(Number(result?.sizeBytes ?? 0) / 1000);
    return html`<a class="button" href=${this.api.picture(result?.uri)} download>${say("download")}</a>
      <details><summary>${say("files", { count: files.length, size })}</summary>
      <ul>${files.map((file) => html`<li><span>${file.path}</span><code>${file.sha256?.slice(0, 16)}</code></li>`)}</ul>
      <p class="quiet">${say("outlines")} <code>${result?.layoutDigest?.slice(0, 16)}</code></p></details>`;
  }
}

function keyOf({ snapshot, workOrder = "" }: Wanted): string {
  return `${snapshot} ${workOrder}`;
}
