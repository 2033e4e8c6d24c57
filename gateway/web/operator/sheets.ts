/** A sheet of a batch as a picture: what its machine makes, and over it whose part is where. */

import { html, nothing, svg } from "lit";
import type { TemplateResult } from "lit";
import { say } from "./words.js";

/** A sheet of the map. box_um: left, top, right, bottom. part: id of a work order, order: its barcode. */
export interface Sheet {
  sheet: string; size_um: [number, number]; used_permille: number;
  placements: { number: number; part: string; order: string; copy: number; box_um: [number, number, number, number] }[];
}

const UM = 1000;

/** drawing: address of the sheet's SVG; "" where its machine has none. */
export function sheetPicture({ sheet, size_um: [width, height], used_permille: used, placements }: Sheet, drawing: string): TemplateResult {
  const [w, h] = [width / UM, height / UM];
  const size = Math.min(w, h) / 22;
  return html`<figure class="sheet"><figcaption>${say("sheet", { number: sheet.replace("sheet-", ""), width: w, height: h, parts: placements.length, used: Math.round(used / 10) })}</figcaption>
    <svg viewBox="0 0 ${w} ${h}" role="group" aria-label=${sheet}>
      <rect class="ground" width=${w} height=${h}></rect>
      ${drawing ? svg`<image href=${drawing} width=${w} height=${h}></image>` : nothing}
      ${placements.map(({ number, part, order, box_um: [left, top, right, bottom] }) => svg`<a href="#work/${part}" aria-label=${say("partOf", { number, barcode: order })}>
        <rect class="part" x=${left / UM} y=${top / UM} width=${(right - left) / UM} height=${(bottom - top) / UM}></rect>
        <text x=${left / UM + size / 4} y=${top / UM + size} font-size=${size}>${number}</text></a>`)}
    </svg></figure>`;
}
