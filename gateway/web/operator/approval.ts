/** How far a snapshot has come on its way to the workshop: kept, validated, locked for good. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Snapshot } from "../widget/messages.js";
import { say } from "./words.js";

/** What a snapshot can be next. */
export type Step = "validate" | "lock";

/** busy: a step is on its way. error: why the last one was refused. */
export interface Approval { busy?: boolean; error?: string }

/** The step that is next, none once it is locked. */
export function nextStep(snapshot: Snapshot): Step | undefined {
  return snapshot.lock ? undefined : snapshot.validation ? "lock" : "validate";
}

/** The states of a snapshot in their order, those that were reached with their time. */
export function states(snapshot: Snapshot): TemplateResult {
  const { createTime, validation, lock } = snapshot;
  const reached = [{ name: say("kept"), time: createTime }, { name: say("validated"), time: validation?.time }, { name: say("locked"), time: lock?.time }];
  return html`<ol class="states" aria-label=${say("state")}>${reached.map(({ name, time }) => html`<li class=${time ? "reached" : ""}>
    <b>${name}</b> <span class="quiet">${time ? html`<time datetime=${time}>${when(time)}</time>` : say("notYet")}</span></li>`)}</ol>`;
}

/** The button of the next step. about: id of what says which design it is. take: begins the step. */
export function stepButton(snapshot: Snapshot, about: string, approval: Approval, take: (step: Step) => void): TemplateResult | typeof nothing {
  const step = nextStep(snapshot);
  if (!step) return nothing;
  const id = `step-${about}`;
  return html`<button type="button" id=${id} class="step" aria-labelledby="${id} ${about}" aria-disabled=${approval.busy ? "true" : "false"}
      aria-haspopup=${step === "lock" ? "dialog" : nothing} @click=${() => approval.busy || take(step)}>${say(step === "lock" ? "askLock" : "validate")}</button>
    ${approval.error ? html`<p class="problem" role="alert">${approval.error}</p>` : nothing}`;
}

/** Asks before a design is locked: it cannot be undone. sure, unsure: the two answers. */
export function lockDialog(title: string, sure: () => void, unsure: () => void): TemplateResult {
  return html`<dialog aria-labelledby="lock-title" aria-describedby="lock-about" @close=${unsure}>
    <h3 id="lock-title">${say("lockTitle")}</h3>
    <p class="what">${title}</p>
    <p id="lock-about">${say("lockAbout")}</p>
    <div class="answers">
      <button type="button" autofocus @click=${(event: Event) => (event.target as Element).closest("dialog")!.close()}>${say("lockNo")}</button>
      <button type="button" class="main" @click=${sure}>${say("lock")}</button>
    </div>
  </dialog>`;
}

/** A time as people here write it. */
function when(time: string): string {
  return new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
