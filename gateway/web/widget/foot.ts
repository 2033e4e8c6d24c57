/** Below the fields: the price and what it is made of, the one button, and what went wrong. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { money } from "./api.js";
import { isError } from "./messages.js";
import type { Money, Price, Problem } from "./messages.js";
import { say } from "./words.js";

/** A sentence, and what to do about it. */
export interface Trouble { sentence: string; again?: (() => void) | undefined }

/** price: absent before it is known, then `before` is shown. general: problems of the design as a whole. */
export function foot(
  price: Price | undefined, before: Money, language: string, busy: boolean, general: Problem[], troubles: Trouble[],
): TemplateResult {
  const lines = price?.lines ?? [];
  return html`<div class="foot">
    ${lines.length > 1 ? html`<div class="lines">${lines.map((line) => html`<div><span>${line.description}</span>
      <span>${money({ currencyCode: price!.total.currencyCode, amountCents: line.amountCents ?? "0" }, language)}</span></div>`)}</div>` : nothing}
    <div class="price"><span>${say("total")}</span><strong>${money(price?.total ?? before, language)}</strong></div>
    ${wrong(general.filter((problem) => !problem.zone && isError(problem)))}
    <button class="main" aria-disabled=${busy ? "true" : "false"}>${busy ? say("keeping") : say("keep")}</button>
    ${troubles.map(trouble)}
  </div>`;
}

/** Says what went wrong. */
export function trouble({ sentence, again }: Trouble): TemplateResult {
  return html`<div class="problem" role="alert"><span>${sentence}</span>
    ${again ? html`<button type="button" @click=${again}>${say("again")}</button>` : nothing}</div>`;
}

function wrong(general: Problem[]): TemplateResult | typeof nothing {
  return general.length ? html`<div id="problems" class="problem" role="alert" tabindex="-1">${general.map(({ message, suggestion }) => html`<span>${message} ${suggestion ?? ""}</span>`)}</div>` : nothing;
}
