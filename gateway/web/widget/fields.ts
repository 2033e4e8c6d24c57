/** The form fields of the zones: values in, changes out, nothing kept. */

import { html, nothing, svg } from "lit";
import type { TemplateResult } from "lit";
import type { Word } from "./lettering.js";
import { isError } from "./messages.js";
import type { ArtworkRules, ArtworkValue, Option as ProductOption, Problem, TextValue, Zone, ZoneValue } from "./messages.js";
import { say } from "./words.js";

const COUNTED_FROM = 0.7;
const WHOLE = 100_000; // of a side of artwork
const QUARTER = 9_000; // hundredths of degrees
const GRAPHEMES = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : undefined;

interface Field {
  zone: Zone;
  value: ZoneValue | undefined;
  problems: Problem[];
  correct: (text: string) => void;
  change: (value: ZoneValue | undefined) => void;
}

export interface Option { label: string; dot?: string | undefined; word?: Word | undefined; more?: string | undefined }

/** A row of choices of which one holds, as radio buttons. The first is where a design's problem leads to. */
export function choices(id: string, legend: string, options: Option[], chosen: number, choose: (index: number) => void, about?: string): TemplateResult {
  return html`<div role="radiogroup" aria-label=${legend} aria-describedby=${about ?? nothing} class="choices">
    ${options.map((option, index) => html`<label class="choice">
      <input type="radio" id=${index ? nothing : id} name=${id} .checked=${index === chosen} @change=${() => choose(index)} />
      <span>${option.dot ? html`<i class="dot" .style=${`background:${option.dot}`}></i>` : nothing}
        ${option.word ? html`${drawn(option.word)}<b class="unseen">${option.label}</b>` : option.label}
        ${option.more ? html`<small>${option.more}</small>` : nothing}</span>
    </label>`)}
  </div>`;
}

/** An option of the product: its name, what is chosen, and all there is to choose. surcharge: cents as people write them. */
export function optionField(option: ProductOption, chosen: string, surcharge: (cents: string) => string, choose: (choice: string) => void): TemplateResult {
  const name = option.displayName ?? option.id;
  const offered = option.choices.map(({ id, displayName, swatchRgbHex, surchargeCents }) => ({
    label: displayName ?? id, dot: swatchRgbHex, more: Number(surchargeCents ?? 0) ? signed(surchargeCents!, surcharge) : undefined,
  }));
  const index = Math.max(0, option.choices.findIndex(({ id }) => id === chosen));
  return html`<div class="field"><div class="head" aria-hidden="true"><span class="name">${name}</span><span class="quiet">${offered[index]?.label}</span></div>
    ${choices(`option-${option.id}`, name, offered, index, (at) => choose(option.choices[at]!.id))}</div>`;
}

function signed(cents: string, surcharge: (cents: string) => string): string {
  return Number(cents) > 0 ? `+ ${surcharge(cents)}` : `− ${surcharge(cents.replace("-", ""))}`;
}

/** A zone that is filled with one of its colours, or left as it is. */
export function colourField(field: Field): TemplateResult {
  const { zone, value } = field;
  const name = zone.displayName ?? zone.id;
  const none = zone.required ? [] : [{ label: say("noColour") }];
  const inks = zone.inks.map((ink) => ({ label: ink.displayName ?? ink.rgbHex, dot: ink.rgbHex }));
  const chosen = value?.colour ? (value.colour.ink ?? 0) + none.length : none.length - 1;
  const choose = (index: number) => field.change(index < none.length ? undefined : { colour: { ink: index - none.length } });
  return html`<div class="head" aria-hidden="true"><span class="name">${name}</span>${optional(zone)}</div>
    ${choices(`input-${zone.id}`, name, [...none, ...inks], chosen, choose, `about-${zone.id}`)}
    ${problemList(field)}`;
}

/** A text that is shown as a code. */
export function codeField(field: Field): TemplateResult {
  const { zone } = field;
  const value = field.value?.text ?? { text: "" };
  const inks = zone.inks.map((ink) => ({ label: ink.displayName ?? ink.rgbHex, dot: ink.rgbHex }));
  const change = (part: Partial<TextValue>) => field.change({ text: { ...value, ...part } });
  return html`<div class="head"><label class="name" id="title-${zone.id}" for="input-${zone.id}">${zone.displayName ?? zone.id}</label>
      ${optional(zone)}${counter(zone, value.text)}</div>
    ${input(field, value.text, (text) => (text ? change({ text }) : field.change(undefined)))}
    <span class="quiet">${say(zone.code?.symbology === "CODE_SYMBOLOGY_DATA_MATRIX" ? "dataMatrix" : "qrCode")}</span>
    ${problemList(field)}
    ${inks.length > 1 ? choices(`ink-${zone.id}`, say("colour"), inks, value.ink ?? 0, (ink) => change({ ink })) : nothing}`;
}

function drawn({ path, left, top, width, height, pxPerMm }: Word): TemplateResult {
  return html`<svg aria-hidden="true" class="word" width=${(width * pxPerMm).toFixed(1)} height=${(height * pxPerMm).toFixed(1)}
    viewBox="${left} ${top} ${width} ${height}">${svg`<path d=${path} />`}</svg>`;
}

/** A text field with its choices of lettering and colour. fonts: those that can be chosen. */
export function textField(field: Field & { fonts: (Option & { font: string })[] }): TemplateResult {
  const { zone, fonts } = field;
  const value = field.value?.text ?? { text: "" };
  const change = (part: Partial<TextValue>) => field.change({ text: { ...value, ...part } });
  const inks = zone.inks.map((ink) => ({ label: ink.displayName ?? ink.rgbHex, dot: ink.rgbHex }));
  return html`<div class="head"><label class="name" id="title-${zone.id}" for="input-${zone.id}">${zone.displayName ?? zone.id}</label>
      ${optional(zone)}${counter(zone, value.text)}</div>
    ${input(field, value.text, (text) => change({ text }))}
    ${problemList(field)}
    ${fonts.length > 1
      ? choices(`font-${zone.id}`, say("font"), fonts, value.font ? fonts.findIndex((one) => one.font === value.font) : 0,
          (index) => change({ font: fonts[index]!.font }))
      : nothing}
    ${inks.length > 1 ? choices(`ink-${zone.id}`, say("colour"), inks, value.ink ?? 0, (ink) => change({ ink })) : nothing}`;
}

function input({ zone, problems }: Field, text: string, change: (text: string) => void): TemplateResult {
  const lines = zone.text?.maxLines ?? 1;
  const typed = (event: Event) => change((event.target as HTMLInputElement).value);
  const about = `about-${zone.id} count-${zone.id}`;
  const invalid = problems.some(isError) ? "true" : "false";
  const required = zone.required ? "true" : "false";
  return lines > 1
    ? html`<textarea id="input-${zone.id}" rows=${Math.min(lines, 4)} dir="auto" .value=${text} @input=${typed}
        aria-invalid=${invalid} aria-describedby=${about} aria-required=${required}></textarea>`
    : html`<input type="text" id="input-${zone.id}" dir="auto" autocomplete="off" .value=${text} @input=${typed}
        aria-invalid=${invalid} aria-describedby=${about} aria-required=${required} />`;
}

/** How much of the room for text is used, once it is nearly used up; counted as readers count. */
function counter(zone: Zone, text: string): TemplateResult {
  const most = zone.text?.maxGraphemes ?? zone.code?.maxGraphemes ?? 0;
  const used = GRAPHEMES ? [...GRAPHEMES.segment(text)].length : [...text].length;
  return html`<span id="count-${zone.id}" class="count quiet">${used > most * COUNTED_FROM ? say("characters", { used, most }) : nothing}</span>`;
}

/** An upload by button or by dropping a file. said: how the last upload goes, or why it was refused. */
export function artworkField(field: Field & { said: string; pick: (file: File) => void }): TemplateResult {
  const { zone, value, said } = field;
  const rules = zone.artwork ?? {};
  const pick = (event: Event) => {
    const chosen = event.target as HTMLInputElement;
    if (chosen.files?.[0]) field.pick(chosen.files[0]);
    chosen.value = "";
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) field.pick(file);
  };
  return html`<div class="head"><span class="name" id="title-${zone.id}">${zone.displayName ?? zone.id}</span>${optional(zone)}</div>
    <div class="upload" @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${drop}>
      <input type="file" id="input-${zone.id}" accept=${accepted(rules)} @change=${pick}
        aria-labelledby="title-${zone.id} pick-${zone.id}" aria-describedby="kinds-${zone.id} about-${zone.id} said-${zone.id}" />
      <label for="input-${zone.id}" id="pick-${zone.id}">${say("addPicture")}</label>
      ${value
        ? html`<button type="button" @click=${() => field.change(undefined)}>${say(rules.defaultAsset ? "standardPicture" : "removePicture")}</button>`
        : html`<span class="quiet hint">${say("dropHere")}</span>`}
    </div>
    ${value?.artwork ? turning(zone, value.artwork, (artwork) => field.change({ artwork })) : nothing}
    <span class="quiet" id="kinds-${zone.id}">${kinds(rules)}</span>
    <p class=${said && said !== say("adding") ? "problem" : "quiet"} id="said-${zone.id}" role="status">${said}</p>
    ${problemList(field)}`;
}

/** Turns artwork by quarters, and shows a smaller part of it: in the middle, which is what people mean. */
function turning(zone: Zone, value: ArtworkValue, change: (value: ArtworkValue) => void): TemplateResult {
  const turned = value.rotationCentidegrees ?? 0;
  const zoom = Math.round(WHOLE / (value.crop?.width ?? WHOLE) * 100);
  const zoomed = (event: Event) => {
    const side = Math.round(WHOLE * 100 / Number((event.target as HTMLInputElement).value));
    const { crop: _, ...whole } = value;
    const start = Math.round((WHOLE - side) / 2);
    change(side >= WHOLE ? whole : { ...value, crop: { left: start, top: start, width: side, height: side } });
  };
  return html`<div class="turning">
    <button type="button" @click=${() => change({ ...value, rotationCentidegrees: (turned + QUARTER) % (4 * QUARTER) })}>${say("turn")}</button>
    <label for="zoom-${zone.id}">${say("zoom")}</label>
    <input type="range" id="zoom-${zone.id}" min="100" max="400" step="5" .value=${String(zoom)} @input=${zoomed}
      aria-valuetext="${zoom} %" />
  </div>`;
}

function accepted({ allowRaster, allowVector }: ArtworkRules): string {
  return [...(allowRaster ? [".png", ".jpg", ".jpeg", ".webp"] : []), ...(allowVector ? [".svg"] : [])].join(",");
}

function kinds({ allowRaster, allowVector }: ArtworkRules): string {
  return say(!allowVector ? "photosOnly" : allowRaster ? "photosAndDrawings" : "drawingsOnly");
}

function optional(zone: Zone): TemplateResult | typeof nothing {
  return zone.required ? nothing : html`<span class="quiet">${say("optional")}</span>`;
}

/** The problems of a zone, said as they come up, each with what to do about it. */
function problemList({ zone, problems, correct }: Field): TemplateResult {
  return html`<div id="about-${zone.id}" role="status">
    ${problems.map((problem) => html`<div class="problem ${isError(problem) ? "" : "warning"}">
      <span>${problem.message} ${problem.suggestion ?? ""}</span>
      ${problem.corrected
        ? html`<button type="button" @click=${() => correct(problem.corrected!)}>${say("use", { text: problem.corrected })}</button>`
        : nothing}
    </div>`)}
  </div>`;
}
