/** What was kept: the design as it was drawn here beside the server's picture of it. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Design, Layout, Preview, Snapshot, View } from "./messages.js";
import { say } from "./words.js";

const WAIT_MS = 1500;
const TRIES = 8;

/** view: none where the product has no photo; then nothing was drawn here. */
export interface Kept { snapshot: Snapshot; preview: Preview; design: Design; layout: Layout; view: View | undefined }

/** address: of a picture as this page reaches it. ratio: width over height of it. price: as people write it. */
export function keptCard(kept: Kept, address: (uri: string) => string, ratio: number, price: string): TemplateResult {
  const { snapshot, preview, layout } = kept;
  const uri = address(preview.uri);
  const same = preview.layoutDigest === layout.digest && snapshot.layoutDigest === layout.digest;
  return html`<section class="kept" .style=${`--ratio:${ratio}`} aria-labelledby="kept-title">
    <h3 id="kept-title" tabindex="-1">${say("kept")}. ${say("keptLead")}</h3>
    <div class="pair">
      ${kept.view ? html`<figure><canvas role="img" aria-label=${say("asYouSee")}></canvas><figcaption>${say("asYouSee")}</figcaption></figure>` : nothing}
      <figure><img src=${uri} alt=${say("asMade")} @error=${patiently} /><figcaption>${say("asMade")}</figcaption></figure>
    </div>
    ${same
      ? html`<p class="quiet">${say("madeFrom")} <code>${layout.digest.slice(0, 16)}</code></p>`
      : html`<p class="problem" role="alert">${say("differs")}</p>`}
    <p class="quiet">${say("keptAs")} <code>${snapshot.name.split("/").pop()}</code> · ${price}</p>
    <div class="next"><slot name="kept"></slot><a href=${uri} target="_blank" rel="noopener">${say("openPicture")}</a></div>
  </section>`;
}

/** Asks for a picture again that is still being made. */
function patiently(event: Event): void {
  const picture = event.target as HTMLImageElement;
  const tries = Number(picture.dataset["tries"] ?? 0) + 1;
  picture.dataset["tries"] = String(tries);
  const uri = picture.src;
  if (tries <= TRIES) setTimeout(() => { picture.src = uri; }, WAIT_MS);
}
