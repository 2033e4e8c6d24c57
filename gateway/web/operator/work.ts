/** <luneo-work>: one work order, large: what is to be made, how it stands, and what can be done next. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Order } from "../api/types.js";
import type { Composed, SnapshotContent } from "../widget/messages.js";
import { picture } from "./details.js";
import { dueOf, fieldTime, fieldValue, moment, whoOf } from "./due.js";
import { Packs } from "./packs.js";
import { idOf, machineOf, titleOf } from "./shop.js";
import { NEXT, isOver, named, stateOf, stepNamed } from "./states.js";
import type { State, Work } from "./states.js";
import { View, question } from "./view.js";
import { say } from "./words.js";

/** A zone's words as somebody typed them and as they are made. */
interface Words { zone: string; typed: string; made: string }

export class LuneoWork extends View {
  static override properties = { work: { state: true }, words: { state: true }, seen: { state: true }, asking: { state: true }, noPicture: { state: true }, order: { state: true } };

  declare work: Work | undefined;
  declare words: Words[];
  /** Address of the picture. */
  declare seen: string;
  declare noPicture: boolean;
  /** What the shop calls its order. */
  declare order: string;
  /** The step that needs a reason, while that is asked for. */
  declare asking: "REJECTED" | "REMADE" | undefined;

  private packs?: Packs;
  private shown = "";

  constructor() {
    super();
    this.words = [];
    this.seen = this.order = "";
    this.noPicture = false;
  }

  protected override async load(): Promise<void> {
    const work = await this.shop.api.get<Work>(`/v1/${this.shop.name("workOrders", this.place)}`);
    this.work = work;
    if (work.batch && !this.shop.batches.has(work.batch)) await this.shop.listBatches();
    if (!this.order) this.order = titleOf(await this.shop.api.get<Order>(`/v1/${work.order}`));
    if (this.shown === work.snapshot || work.eraseTime) return;
    this.shown = work.snapshot!;
    this.shop.details.want(work.snapshot!);
    void this.draw(work.snapshot!);
    await this.readWords(work.snapshot!);
  }

  private async draw(snapshot: string): Promise<void> {
    try {
      this.seen = this.shop.api.picture(await picture(this.shop.api, { kind: "RENDER_KIND_PREVIEW", snapshot }));
    } catch {
      this.noPicture = true;
    }
  }

  private async readWords(snapshot: string): Promise<void> {
    const { revision, design } = await this.shop.api.get<SnapshotContent>(`/v1/${snapshot}:content`);
    const composed = await this.shop.api.post<Composed>(this.shop.path("designs:compose"), { design });
    const made = new Map((composed.layout.surfaces ?? []).flatMap(({ zones = [] }) => zones.map(({ zone, text }) => [zone, text?.textAsMade] as const)));
    this.words = (revision?.template.zones ?? []).flatMap(({ id, displayName }) => {
      const typed = design?.zones?.[id]?.text?.text;
      return typed ? [{ zone: displayName ?? id, typed, made: made.get(id) ?? typed }] : [];
    });
  }

  /** Makes a call that answers with this work order, and shows it as it is then. */
  private async call(step: string, body: object): Promise<void> {
    const work = this.work!;
    const done = await this.take(async () => {
      const answer = await this.shop.api.post<Work>(`/v1/${work.name}:${step}`, body, { once: true });
      if (step === "remake") location.hash = `work/${idOf(answer.name)}`;
      else this.work = answer;
    });
    if (!done) return;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("#state")?.focus();
  }

  private go(to: State): void {
    if (to === "REJECTED" || to === "REMADE") this.asking = to;
    else void this.call("move", { state: `WORK_ORDER_STATE_${to}`, etag: this.work!.etag });
  }

  private answered(to: "REJECTED" | "REMADE", data: FormData): void {
    const reason = String(data.get("reason")).trim();
    this.asking = undefined;
    if (to === "REJECTED") void this.call("move", { state: "WORK_ORDER_STATE_REJECTED", reason, etag: this.work!.etag });
    else void this.call("remake", { reason, quantity: Number(data.get("quantity")), etag: this.work!.etag });
  }

  private async note(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = String(new FormData(form).get("note")).trim();
    if (!text) return;
    await this.call("addNote", { text });
    if (!this.failure) form.reset();
  }

  private async plan(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const time = String(new FormData(event.target as HTMLFormElement).get("due"));
    const { name, etag } = this.work!;
    const body = { etag, ...(time && { dueTime: fieldTime(time) }) };
    await this.take(async () => { this.work = await this.shop.api.post<Work>(`/v1/${name}?updateMask=dueTime`, body, { method: "PATCH" }); });
  }

  protected override render(): TemplateResult {
    const { work } = this;
    if (!work) return this.failure ? this.refusal() as TemplateResult : html`<p class="quiet">${say("opening")}</p>`;
    const detail = this.shop.details.known.get(work.snapshot!);
    const machine = work.batch ? machineOf(this.shop.batches.get(work.batch)) : "";
    this.packs ??= new Packs(this.shop.api, () => this.requestUpdate());
    return html`<a class="back" href="#">${say("board")}</a>
      <div class="one">
        <figure>${this.seen ? html`<img src=${this.seen} alt=${say("pictureOf", { what: detail?.product ?? "" })} />`
          : html`<span class="quiet">${work.eraseTime ? say("erasedAbout") : this.noPicture ? say("noPicture") : say("preparing")}</span>`}</figure>
        <div class="facts">
          <p class="stand"><strong id="state" tabindex="-1" class=${stateOf(work).toLowerCase()}>${named(stateOf(work))}</strong> ${dueOf(work.dueTime, isOver(work))}</p>
          <h2><b>${work.quantity} ×</b> ${detail?.product}</h2>${work.material ? html`<p class="quiet">${work.material}</p>` : nothing}
          ${this.words.map(wordsOf)}
          ${this.refusal()}
          <div class="steps">${NEXT[stateOf(work)].map((to, at) => html`<button type="button" class=${at ? "" : "main"} aria-disabled=${this.busy ? "true" : "false"}
            aria-haspopup=${to === "REJECTED" || to === "REMADE" ? "dialog" : nothing} @click=${() => this.go(to)}>${stepNamed(stateOf(work), to)}</button>`)}</div>
          <dl><div><dt>${say("barcode")}</dt><dd><code class="barcode">${work.barcode}</code></dd></div>
            <div><dt>${say("order")}</dt><dd><a href="#orders/${idOf(work.order!)}">${say("item", { order: this.order, number: work.itemNumber ?? 1 })}</a></dd></div>
            ${machine ? html`<div><dt>${say("batch")}</dt><dd><a href="#batches/${idOf(work.batch!)}">${machine}</a></dd></div>` : nothing}
            ${work.assignee ? html`<div><dt>${say("assignee")}</dt><dd>${work.assignee}</dd></div>` : nothing}
            ${work.remakeOf ? html`<div><dt>${say("remakeOf")}</dt><dd><a href="#work/${idOf(work.remakeOf)}">${say("look")}</a></dd></div>` : nothing}
            ${work.remadeAs ? html`<div><dt>${say("remadeAs")}</dt><dd><a href="#work/${idOf(work.remadeAs)}">${say("look")}</a></dd></div>` : nothing}</dl>
          ${work.eraseTime ? nothing : html`<div class="work">${this.packs.render({ snapshot: work.snapshot!, workOrder: work.name })}</div>`}
        </div>
        ${this.told(work)}
      </div>
      ${this.asking ? this.ask(work, this.asking) : nothing}`;
  }

  /** What was written and what happened, and where both go on. */
  private told(work: Work): TemplateResult {
    return html`<section class="notes" aria-labelledby="notes"><h3 id="notes">${say("notes")}</h3>
        ${work.notes?.length ? html`<ol>${work.notes.map((note) => html`<li><p>${note.text}</p><span class="quiet">${moment(note.time)} · ${whoOf(note.by)}</span></li>`)}</ol>` : nothing}
        <form @submit=${this.note}><label for="note">${say("noteAbout")}</label><textarea id="note" name="note" rows="2" maxlength="2000" required></textarea>
          <button>${say("addNote")}</button></form></section>
      <section class="history" aria-labelledby="history"><h3 id="history">${say("history")}</h3>
        <ol>${work.history?.map((move) => html`<li><b>${named(stateOf({ state: move.toState! }))}</b> <span class="quiet">${moment(move.time)} · ${whoOf(move.by)}</span>
          ${move.reason ? html`<p>${move.reason}</p>` : nothing}</li>`)}</ol>
        ${isOver(work) ? nothing : html`<form @submit=${this.plan}><label for="due">${say("dueChange")}</label>
          <input type="datetime-local" id="due" name="due" .value=${fieldValue(work.dueTime)} /><button>${say("save")}</button></form>`}</section>`;
  }

  private ask(work: Work, to: "REJECTED" | "REMADE"): TemplateResult {
    const remake = to === "REMADE";
    const about = html`<label for="reason">${say(remake ? "remakeWhy" : "rejectWhy")}</label><textarea id="reason" name="reason" rows="3" maxlength="500" required autofocus></textarea>
      ${remake ? html`<label for="quantity">${say("remakeMany")}</label><input type="number" id="quantity" name="quantity" min="1" max=${work.quantity!} value=${work.quantity!} required />` : nothing}`;
    return question(say(remake ? "remakeTitle" : "rejectTitle"), about, say(remake ? "toREMADE" : "toREJECTED").replace("…", ""),
      (data) => this.answered(to, data), () => { this.asking = undefined; });
  }
}

/** The words of one zone; once where they are made as they were typed. */
function wordsOf({ zone, typed, made }: Words): TemplateResult {
  return html`<div class="words"><span class="quiet">${zone}${typed === made ? "" : ` · ${say("asMade")}`}</span><strong>${made}</strong>
    ${typed === made ? html`<span class="quiet">${say("asTyped")}</span>` : html`<span class="quiet">${say("typed")}</span><span class="typed">${typed}</span>`}</div>`;
}

if (!customElements.get("luneo-work")) customElements.define("luneo-work", LuneoWork);
