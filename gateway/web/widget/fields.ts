/** The form fields of the zones: values in, changes out, nothing kept. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Problem, Zone, ZoneValue } from "./api.js";
import { say } from "./words.js";

interface Field {
  zone: Zone;
  value?: ZoneValue;
  problems: Problem[];
  focus: () => void;
  blur: () => void;
  change: (value: ZoneValue | undefined) => void;
}

/** A row of choices of which one holds, as radio buttons. */
export function choices(
  id: string, legend: string, options: { label: string; dot?: string }[], chosen: number, choose: (index: number) => void,
): TemplateResult {
  return html`<div role="radiogroup" aria-label=${legend} class="choices">
    ${options.map((option, index) => html`<label class="choice">
      <input type="radio" name=${id} .checked=${index === chosen} @change=${() => choose(index)} />
      <span>${option.dot ? html`<i class="dot" .style=${`background:${option.dot}`}></i>` : nothing}${option.label}</span>
    </label>`)}
  </div>`;
}

export function textField(field: Field & { fonts: { font: string; displayName?: string }[] }): TemplateResult {
  const { zone, problems } = field;
  const value = field.value?.text ?? { text: "" };
  const change = (part: object) => field.change({ text: { ...value, ...part } });
  const lines = zone.text?.maxLines ?? 1;
  const input = (event: Event) => change({ text: (event.target as HTMLInputElement).value });
  const shared = { id: `input-${zone.id}`, invalid: problems.some(isError) ? "true" : "false", about: `about-${zone.id}` };
  const fonts = (zone.text?.fonts ?? []).map((font) => ({
    font, label: field.fonts.find((one) => one.font === font)?.displayName ?? font.split("/").pop()!,
  }));
  return html`<label class="name" for=${shared.id}>${zone.displayName ?? zone.id}
      ${zone.required ? nothing : html`<span class="quiet">${say("optional")}</span>`}</label>
    ${lines > 1
      ? html`<textarea id=${shared.id} rows=${Math.min(lines, 4)} dir="auto" .value=${value.text} @input=${input}
          @focus=${field.focus} @blur=${field.blur} aria-invalid=${shared.invalid} aria-describedby=${shared.about}
          aria-required=${zone.required ? "true" : "false"}></textarea>`
      : html`<input type="text" id=${shared.id} dir="auto" autocomplete="off" .value=${value.text} @input=${input}
          @focus=${field.focus} @blur=${field.blur} aria-invalid=${shared.invalid} aria-describedby=${shared.about}
          aria-required=${zone.required ? "true" : "false"} />`}
    ${fonts.length > 1
      ? choices(`font-${zone.id}`, say("font"), fonts, Math.max(0, fonts.findIndex((one) => one.font === value.font)),
          (index) => change({ font: fonts[index].font }))
      : nothing}
    ${zone.inks.length > 1
      ? choices(`ink-${zone.id}`, say("colour"), zone.inks.map((ink) => ({ label: ink.displayName ?? ink.rgbHex, dot: ink.rgbHex })),
          value.ink ?? 0, (index) => change({ ink: index }))
      : nothing}`;
}

export function artworkField(field: Field & { said: string; pick: (file: File) => void }): TemplateResult {
  const { zone } = field;
  const pick = (event: Event) => {
    const input = event.target as HTMLInputElement;
    if (input.files?.[0]) field.pick(input.files[0]);
    input.value = "";
  };
  return html`<legend>${zone.displayName ?? zone.id}
      ${zone.required ? nothing : html`<span class="quiet">${say("optional")}</span>`}</legend>
    <div class="upload">
      <input type="file" id="input-${zone.id}" accept=".png,.jpg,.jpeg,.webp,.svg" @change=${pick}
        @focus=${field.focus} @blur=${field.blur} aria-describedby="about-${zone.id}" />
      <label for="input-${zone.id}">${say("addPicture")}</label>
      ${field.value ? html`<button type="button" @click=${() => field.change(undefined)}>${say("removePicture")}</button>` : nothing}
      <span class="quiet">${say("pictureTypes")}</span>
    </div>
    <p class="quiet" role="status">${field.said}</p>`;
}

/** The problems of a zone, said as they come up, each with what to do about it. */
export function problemList(zone: string, problems: Problem[], correct: (problem: Problem) => void): TemplateResult {
  return html`<div id="about-${zone}" role="status">
    ${problems.map((problem) => html`<div class="problem ${isError(problem) ? "" : "warning"}">
      <span>${problem.message} ${problem.suggestion ?? ""}</span>
      ${problem.corrected !== undefined
        ? html`<button type="button" @click=${() => correct(problem)}>${say("use", { text: problem.corrected })}</button>`
        : nothing}
    </div>`)}
  </div>`;
}

function isError(problem: Problem): boolean {
  return problem.severity === "SEVERITY_ERROR";
}
