/** <luneo-operator>: what was kept, and the files to make it. For the workshop, with its own key. */

import { LitElement, html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { Api, money, sentenceOf } from "../widget/api.js";
import type { ExportPack, Operation, Snapshot, Snapshots } from "../widget/messages.js";
import { styles } from "../widget/styles.js";
import { lockDialog, states, stepButton } from "./approval.js";
import type { Approval, Step } from "./approval.js";
import { Details } from "./details.js";
import { finished } from "./operations.js";
import { operatorStyles } from "./styles.js";
import { say } from "./words.js";

interface Work { percent: number; step: string; error?: string; pack?: ExportPack }

const KEY_SLOT = "luneo-operator";
const PAGE_SIZE = 20;

export class LuneoOperator extends LitElement {
  static override styles = [styles, operatorStyles];
  static override properties = {
    api: {}, brand: { state: true }, snapshots: { state: true }, failure: { state: true },
    work: { state: true }, loading: { state: true }, approvals: { state: true }, locking: { state: true }, said: { state: true },
  };

  declare api: string;
  declare brand: string;
  declare snapshots: Snapshot[] | undefined;
  declare failure: string;
  declare work: Record<string, Work>;
  declare loading: boolean;
  declare approvals: Record<string, Approval>;
  /** The snapshot that is about to be locked, if that is sure. */
  declare locking: Snapshot | undefined;
  /** What screen readers are told. */
  declare said: string;

  private calls?: Api;
  private details?: Details;
  private older = "";
  private readonly seen = new IntersectionObserver((entries) => this.look(entries), { rootMargin: "200px" });

  constructor() {
    super();
    this.api = location.origin;
    this.brand = this.failure = this.said = "";
    this.work = {};
    this.approvals = {};
    this.loading = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const known = sessionStorage.getItem(KEY_SLOT);
    if (!known) return;
    const { brand, key } = JSON.parse(known) as { brand: string; key: string };
    void this.open(brand, key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.seen.disconnect();
  }

  private async open(brand: string, key: string): Promise<void> {
    this.brand = brand.replace(/^brands\//, "");
    this.calls = new Api(this.api, key, new URLSearchParams(location.search).has("trace"));
    this.details = new Details(this.calls, () => this.requestUpdate());
    if ((await this.admitted()) && (await this.list(""))) sessionStorage.setItem(KEY_SLOT, JSON.stringify({ brand: this.brand, key }));
    else this.leave();
  }

  /** Whether the key may see renders. A shopper's may not, but would be shown an empty list of snapshots. */
  private async admitted(): Promise<boolean> {
    this.loading = true;
    try {
      await this.calls!.get(`/v1/brands/${encodeURIComponent(this.brand)}/renders?pageSize=1`);
      return true;
    } catch (error) {
      this.failure = sentenceOf(error);
      this.loading = false;
      return false;
    }
  }

  /** Reads the newest page, or with a token the one after it. Returns whether the server let us. */
  private async list(token: string): Promise<boolean> {
    this.loading = true;
    try {
      const query = new URLSearchParams({ pageSize: String(PAGE_SIZE), ...(token && { pageToken: token }) });
      const page = await this.calls!.get<Snapshots>(`/v1/brands/${encodeURIComponent(this.brand)}/snapshots?${query}`);
      this.snapshots = [...(token ? (this.snapshots ?? []) : []), ...(page.snapshots ?? [])];
      this.older = page.nextPageToken ?? "";
      this.failure = "";
      return true;
    } catch (error) {
      this.failure = sentenceOf(error);
      return false;
    } finally {
      this.loading = false;
    }
  }

  private leave(): void {
    sessionStorage.removeItem(KEY_SLOT);
    this.snapshots = undefined;
    this.work = {};
  }

  private take(snapshot: Snapshot, step: Step): void {
    if (step === "lock") this.locking = snapshot;
    else void this.approve(snapshot, step);
  }

  /** Validates or locks a snapshot and goes to what is next. */
  private async approve(snapshot: Snapshot, step: Step): Promise<void> {
    const { name } = snapshot;
    this.approvals = { ...this.approvals, [name]: { busy: true } };
    try {
      const approved = await this.calls!.post<Snapshot>(`/v1/${name}:${step}`, {});
      this.snapshots = this.snapshots?.map((one) => (one.name === name ? approved : one));
      this.approvals = { ...this.approvals, [name]: {} };
      this.said = say(step === "lock" ? "lockedNow" : "validatedNow", { title: this.titleOf(snapshot) });
    } catch (error) {
      this.approvals = { ...this.approvals, [name]: { error: sentenceOf(error) } };
    }
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[data-snapshot="${name}"] :is(.step, .work > button, .work > a)`)?.focus();
  }

  private async make(snapshot: Snapshot): Promise<void> {
    this.report(snapshot, { percent: 0, step: say("waiting") });
    try {
      const pack = await this.pack(snapshot);
      this.report(snapshot, { percent: 100, step: "", pack });
    } catch (error) {
      this.report(snapshot, { percent: 0, step: "", error: sentenceOf(error) });
    }
  }

  private async pack(snapshot: Snapshot): Promise<ExportPack> {
    const calls = this.calls!;
    const body = { snapshot: snapshot.name };
    const operation = await calls.post<Operation>(`/v1/brands/${this.brand}/exportPacks`, body, { once: true });
    const name = await finished(calls, operation, ({ metadata }) => {
      this.report(snapshot, { percent: metadata?.progressPercent ?? 0, step: metadata?.step || say("waiting") });
    });
    return calls.get<ExportPack>(`/v1/${name}`);
  }

  private report(snapshot: Snapshot, work: Work): void {
    this.work = { ...this.work, [snapshot.name]: work };
  }

  private look(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      const snapshot = this.snapshots?.find((one) => one.name === (entry.target as HTMLElement).dataset["snapshot"]);
      if (snapshot) this.details?.want(snapshot);
    }
  }

  protected override updated(): void {
    const dialog = this.renderRoot.querySelector("dialog");
    if (dialog && !dialog.open) dialog.showModal();
    this.renderRoot.querySelectorAll("[data-snapshot]").forEach((row) => this.seen.observe(row));
  }

  protected override render(): TemplateResult {
    return this.snapshots ? this.rows(this.snapshots) : this.door();
  }

  private door(): TemplateResult {
    return html`<form class="door" @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const data = new FormData(event.target as HTMLFormElement);
      void this.open(String(data.get("brand")).trim(), String(data.get("key")).trim());
    }}>
      <h2>${say("title")}</h2>
      <p class="quiet">${say("about")}</p>
      <label class="name" for="brand">${say("brand")}</label>
      <input type="text" id="brand" name="brand" required autocomplete="organization" placeholder="hearth-oak" .value=${this.brand} />
      <label class="name" for="key">${say("key")}</label>
      <input type="password" id="key" name="key" required autocomplete="current-password"
        aria-invalid=${this.failure ? "true" : "false"} aria-describedby="refused" />
      <button class="main" aria-disabled=${this.loading ? "true" : "false"}>${this.loading ? say("opening") : say("open")}</button>
      <div id="refused">${this.refusal()}</div>
    </form>`;
  }

  private refusal(): TemplateResult | typeof nothing {
    return this.failure ? html`<p class="problem" role="alert">${this.failure}</p>` : nothing;
  }

  private rows(snapshots: Snapshot[]): TemplateResult {
    return html`<header><h2>${this.brand}</h2>
        <button type="button" @click=${() => this.list("")}>${say("refresh")}</button>
        <button type="button" @click=${this.leave}>${say("close")}</button></header>
      ${this.refusal()}
      ${snapshots.length ? html`<ol class="kept-ones">${snapshots.map((snapshot) => this.row(snapshot))}</ol>` : html`<p class="quiet">${say("none")}</p>`}
      <p class="unseen" role="status">${this.said}</p>
      ${this.locking ? this.lockQuestion(this.locking) : nothing}
      ${this.older ? html`<button type="button" class="more" @click=${() => this.list(this.older)}>${say("more")}</button>` : nothing}`;
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
    const { product, texts } = this.details?.known.get(snapshot.name) ?? { texts: [] };
    return texts.join(" · ") || product || snapshot.productRevision?.split("/")[3] || "";
  }

  private row(snapshot: Snapshot): TemplateResult {
    const { product, picture, failure } = this.details?.known.get(snapshot.name) ?? { texts: [] };
    const id = snapshot.name.split("/").pop()!;
    return html`<li data-snapshot=${snapshot.name} aria-labelledby="about-${id}">
      <div class="thumb">${picture ? html`<img src=${picture} alt="" />` : html`<span class="quiet">${failure ? say("noPicture") : say("preparing")}</span>`}</div>
      <div class="about"><strong id="about-${id}">${this.titleOf(snapshot)}</strong>
        <span>${product}</span>
        <span class="quiet">${money(snapshot.price?.total, navigator.language)}</span>
        <code>${id}</code>
        ${states(snapshot)}</div>
      <div class="work">${stepButton(snapshot, `about-${id}`, this.approvals[snapshot.name] ?? {}, (step) => this.take(snapshot, step))}
        ${this.working(snapshot)}</div></li>`;
  }

  private working(snapshot: Snapshot): TemplateResult {
    const work = this.work[snapshot.name];
    if (work?.pack) return this.files(work.pack);
    const busy = work && !work.error;
    return html`<button type="button" aria-disabled=${busy ? "true" : "false"} @click=${() => busy || this.make(snapshot)}>
        ${work?.error ? say("makeAgain") : say("make")}</button>
      ${busy ? html`<progress max="100" .value=${work.percent} aria-label=${say("making")}></progress><span class="quiet" role="status">${work.step}</span>` : nothing}
      ${work?.error ? html`<p class="problem" role="alert">${work.error}</p>` : nothing}`;
  }

  private files({ result }: ExportPack): TemplateResult {
    const files = result?.files ?? [];
    const size = Math.round(Number(result?.sizeBytes ?? 0) / 1000);
    return html`<a href=${this.calls!.picture(result?.uri)} download>${say("download")}</a>
      <details><summary>${say("files", { count: files.length, size })}</summary>
      <ul>${files.map((file) => html`<li><span>${file.path}</span><code>${file.sha256?.slice(0, 16)}</code></li>`)}</ul>
      <p class="quiet">${say("outlines")} <code>${result?.layoutDigest?.slice(0, 16)}</code></p></details>`;
  }
}

if (!customElements.get("luneo-operator")) customElements.define("luneo-operator", LuneoOperator);
