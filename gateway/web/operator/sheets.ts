/** A sheet of a batch as a picture: what its machines make, and over it whose part is where. */

import { html, svg } from "lit";
import type { TemplateResult } from "lit";
import { say } from "./words.js";

/** A sheet of the map. box_um: left, top, right, bottom. part: id of a work order, order: its barcode. outline: see SheetMap. */
export interface Sheet {
  sheet: string; material?: string; size_um: [number, number]; used_permille: number;
  placements: {
    number: number; part: string; order: string; copy: number; outline: number;
    box_um: [number, number, number, number]; origin_um: [number, number]; rotation_centidegrees: number;
  }[];
}

/** outlines: SVG path data in millimetres, to be turned about the origin and moved. */
export interface SheetMap { sheets: Sheet[]; outlines: string[] }

const UM = 1000;

/** drawings: addresses of the sheet's SVGs, of those machines that have one. */
export function sheetPicture({ sheet, material, size_um: [width, height], used_permille: used, placements }: Sheet, outlines: string[], drawings: string[]): TemplateResult {
  const [w, h] = [width / UM, height / UM];
  const size = Math.min(w, h) / 22;
  return html`<figure class="sheet"><figcaption>${say("sheet", { number: sheet.replace("sheet-", ""), width: w, height: h, parts: placements.length, used: Math.round(used / 10) })}${material ? ` · ${material}` : ""}</figcaption>
    <svg viewBox="0 0 ${w} ${h}" preserveAspectRatio="xMinYMin" role="group" aria-label=${sheet}>
      <rect class="ground" width=${w} height=${h}></rect>
      ${drawings.map((drawing) => svg`<image href=${drawing} width=${w} height=${h}></image>`)}
      ${placements.map(({ number, part, order, outline, box_um: [left, top, right, bottom], origin_um: [x, y], rotation_centidegrees: turn }) => svg`<a href="#work/${part}" aria-label=${say("partOf", { number, barcode: order })}>
        <path class="part" d=${outlines[outline]!} transform="translate(${x / UM} ${y / UM}) rotate(${turn / 100})"></path>
        <text x=${(left + right) / 2 / UM} y=${(top + bottom) / 2 / UM} font-size=${Math.min(size, (right - left) / UM / 3, (bottom - top) / UM / 3)}>${number}</text></a>`)}
    </svg></figure>`;
}
