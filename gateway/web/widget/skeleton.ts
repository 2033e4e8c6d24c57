/** What is seen before the product is. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { say } from "./words.js";

/** The shape of the editor while the product is on its way. */
export function skeleton(): TemplateResult {
  return html`<div class="frame waiting" role="status" aria-label=${say("loading")}>
    <div class="stage"><div class="blank photo"></div></div>
    <div class="fields"><div class="blank title"></div><div class="blank line"></div><div class="blank box"></div></div>
  </div>`;
}
