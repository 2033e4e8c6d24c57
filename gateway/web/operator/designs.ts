/** <luneo-designs>: what was kept, its validation and lock, and the files to make it. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { money, sentenceOf } from "../widget/api.js";
import type { Snapshot, Snapshots } from "../widget/messages.js";
import { lockDialog, states, stepButton } from "./approval.js";
import type { Approval, Step } from "./approval.js";
import { Packs } from "./packs.js";
import { idOf } from "./shop.js";
import { View } from "./view.js";
import { say } from "./words.js";

const PAGE_SIZE = 20;

export class LuneoDesigns extends View {
  static override properties = { snapshots: { state: true }, approvals: { state: true }, locking: { state: true }, said: { state: true } };

  declare snapshots: Snapshot[] | undefined;
  declare approvals: Record<string, Approval>;
  /** The snapshot that is about to be locked, if that is sure. */
  declare locking: Snapshot | undefined;
  /** What screen readers are told. */
  declare said: string;

  protected override again = false; // who reads on in a list does not want it to jump
  private older = "";
  private packs?: Packs;

  constructor() {
    super();
    this.said = "";
    this.approvals = {};
  }

  protected override async load(): Promise<void> {
    await this.list("");
  }

  /** Reads the newest page, or with a token the one after it. */
  private async list(token: string): Promise<void> {
    const query = new URLSearchParams({ pageSize: String(PAGE_SIZE), ...(token && { pageToken: token }) });
    const page = await this.shop.api.get<Snapshots>(this.shop.path(`snapshots?${query}`));
    this.snapshots = [...(token ? (this.snapshots ?? []) : []), ...(page.snapshots ?? [])];
    this.older = page.nextPageToken ?? "";
    this.failure = "";
  }

  private step(snapshot: Snapshot, step: Step): void {
    if (step === "lock") this.locking = snapshot;
    else void this.approve(snapshot, step);
  }

  /** Validates or locks a snapshot and goes to what is next. */
  private async approve(snapshot: Snapshot, step: Step): Promise<void> {
    const { name } = snapshot;
    this.approvals = { ...this.approvals, [name]: { busy: true } };
    try {
      const approved = await this.shop.api.post<Snapshot>(`/v1/${name}:${step}`, {});
      this.snapshots = this.snapshots?.map((one) => (one.name === name ? approved : one));
      this.approvals = { ...this.approvals, [name]: {} };
      this.said = say(step === "lock" ? "lockedNow" : "validatedNow", { title: this.titleOf(snapshot) });
    } catch (error) {
      this.approvals = { ...this.approvals, [name]: { error: sentenceOf(error) } };
    }
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[data-snapshot="${name}"] :is(.step, .work > button, .work > a)`)?.focus();
  }

  protected override render(): TemplateResult {
    const { snapshots } = this;
    return html`<div class="bar"><h2>${say("designs")}</h2><button type="button" @click=${() => this.read()}>${say("refresh")}</button></div>
      ${this.refusal()}
      ${!snapshots ? html`<p class="quiet">${say("opening")}</p>` : snapshots.length
        ? html`<ol class="kept-ones">${snapshots.map((snapshot) => this.row(snapshot))}</ol>` : html`<p class="none">${say("none")}</p>`}
      <p class="unseen" role="status">${this.said}</p>
      ${this.locking ? this.lockQuestion(this.locking) : nothing}
      ${this.older ? html`<button type="button" class="more" @click=${() => this.list(this.older).catch((error) => { this.failure = sentenceOf(error); })}>${say("more")}</button>` : nothing}`;
  }

  private lockQuestion(snapshot: Snapshot): TemplateResult {
    const done = () => { this.locking = undefined; };
    const sure = () => {
      done();
      void this.approve(snapshot, "lock");
    };
    return lockDialog(this.titleOf(snapshot), sure, done);
  }

  private titleOf(snapshot: Snapshot): string {
    const detail = this.shop.details.known.get(snapshot.name);
    return this.shop.details.wordsOf(snapshot.name) || detail?.product || snapshot.productRevision?.split("/")[3] || "";
  }

  private row(snapshot: Snapshot): TemplateResult {
    const id = idOf(snapshot.name);
    this.packs ??= new Packs(this.shop.api, () => this.requestUpdate());
    return html`<li data-snapshot=${snapshot.name} aria-labelledby="about-${id}">
      ${this.thumb(snapshot.name)}
      <div class="about"><strong id="about-${id}">${this.titleOf(snapshot)}</strong>
        <span>${this.shop.details.known.get(snapshot.name)?.product}</span>
        <span class="quiet">${money(snapshot.price?.total, navigator.language)}</span>
        <code>${id}</code>
        ${states(snapshot)}</div>
      <div class="work">${stepButton(snapshot, `about-${id}`, this.approvals[snapshot.name] ?? {}, (step) => this.step(snapshot, step))}
        ${this.packs.render({ snapshot: snapshot.name })}</div></li>`;
  }
}

if (!customElements.get("luneo-designs")) customElements.define("luneo-designs", LuneoDesigns);
