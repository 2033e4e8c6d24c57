/** <luneo-board>: the work orders, by where they stand; those that are due first in front. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { MachineProfile } from "../api/types.js";
import { dueOf, within } from "./due.js";
import type { Span } from "./due.js";
import { idOf, machineOf, productOf } from "./shop.js";
import type { Filter } from "./shop.js";
import { OPEN, isOver, named, stateOf } from "./states.js";
import type { State, Work } from "./states.js";
import { View, choices } from "./view.js";
import { say } from "./words.js";

const NO_MACHINE = "none";

export class LuneoBoard extends View {
  static override properties = { works: { state: true }, machines: { state: true } };

  declare works: Work[] | undefined;
  declare machines: MachineProfile[];

  constructor() {
    super();
    this.machines = [];
  }

  protected override async load(): Promise<void> {
    const { state } = this.shop.filter;
    const [works, machines] = await Promise.all([
      this.shop.works(state === "OPEN" ? OPEN : [state]), this.shop.machines(), this.shop.listBatches(),
    ]);
    if (state === this.shop.filter.state) [this.works, this.machines] = [works, machines];
  }

  private set(filter: Partial<Filter>): void {
    this.shop.filter = { ...this.shop.filter, ...filter };
    if (filter.state) void this.read();
    this.requestUpdate();
  }

  private get shown(): Work[] {
    const { due, machine } = this.shop.filter;
    return (this.works ?? []).filter((work) => within(work.dueTime, due) && (!machine || this.machineOf(work) === machine));
  }

  private machineOf(work: Work): string {
    return work.batch ? machineOf(this.shop.batches.get(work.batch)) : NO_MACHINE;
  }

  protected override render(): TemplateResult {
    const { shown } = this;
    return html`${this.filters()} ${this.refusal()}
      <p class="unseen" role="status">${this.works ? say("boardShows", { count: shown.length }) : nothing}</p>
      ${!this.works ? html`<p class="quiet">${say("opening")}</p>`
        : shown.length ? this.columns(shown) : html`<p class="none">${say("noWork")}</p>`}`;
  }

  private filters(): TemplateResult {
    const { state, due, machine } = this.shop.filter;
    const states = (["OPEN", ...OPEN, "DONE"] as const).map((value) => ({ value, label: value === "OPEN" ? say("stateOPEN") : named(value) }));
    const late = (this.works ?? []).filter((work) => !isOver(work) && within(work.dueTime, "late")).length;
    const dues: { value: Span; label: string }[] = [
      { value: "any", label: say("dueAny") }, { value: "late", label: late ? say("dueLateCount", { count: late }) : say("dueLate") },
      { value: "today", label: say("today") }, { value: "week", label: say("dueWeek") },
    ];
    return html`<div class="filters">
      ${choices<Filter["state"]>(say("state"), "state", states, state, (value) => this.set({ state: value }))}
      ${choices(say("due"), "due", dues, due, (value) => this.set({ due: value }))}
      <label class="inline">${say("machine")} <select @change=${(event: Event) => this.set({ machine: (event.target as HTMLSelectElement).value })}>
        <option value="" ?selected=${!machine}>${say("anyMachine")}</option>
        ${this.machines.map((one) => html`<option value=${idOf(one.name)} ?selected=${machine === idOf(one.name)}>${one.machine.displayName}</option>`)}
        <option value=${NO_MACHINE} ?selected=${machine === NO_MACHINE}>${say("noMachine")}</option>
      </select></label>
    </div>`;
  }

  private columns(shown: Work[]): TemplateResult {
    const { state } = this.shop.filter;
    const states: State[] = state === "OPEN" ? OPEN : [state];
    const filled = states.filter((one) => one !== "REJECTED" || state === one || shown.some((work) => stateOf(work) === one));
    return html`<div class="columns ${filled.length === 1 ? "alone" : ""}">${filled.map((one) => {
      const works = shown.filter((work) => stateOf(work) === one);
      return html`<section aria-labelledby="state-${one}" class=${one.toLowerCase()}>
        <h3 id="state-${one}">${named(one)} <span class="count">${works.length}</span></h3>
        <ul>${works.map((work) => this.card(work))}</ul></section>`;
    })}</div>`;
  }

  private card(work: Work): TemplateResult {
    const detail = this.shop.details.known.get(work.snapshot!);
    const late = !isOver(work) && within(work.dueTime, "late");
    const machine = work.batch ? machineOf(this.shop.batches.get(work.batch)) : "";
    return html`<li data-snapshot=${work.snapshot!}><a class="card ${late ? "late" : ""}" href="#work/${idOf(work.name)}">
      ${this.thumb(work.snapshot!)}
      <span class="about"><strong>${detail?.texts.join(" · ") || detail?.product || productOf(work.productRevision)}</strong>
        <span class="what"><b>${work.quantity} ×</b> ${detail?.product ?? productOf(work.productRevision)}</span>
      </span>
      <span class="foot">${dueOf(work.dueTime, isOver(work))} <code>${work.barcode}</code>${work.remakeOf ? html`<em>${say("remake")}</em>` : nothing}
          ${machine ? html`<em>${this.machines.find((one) => idOf(one.name) === machine)?.machine.displayName?.split(",")[0] ?? machine}</em>` : nothing}
          ${work.eraseTime ? html`<em class="bad">${say("erased")}</em>` : nothing}</span></a></li>`;
  }
}

if (!customElements.get("luneo-board")) customElements.define("luneo-board", LuneoBoard);
