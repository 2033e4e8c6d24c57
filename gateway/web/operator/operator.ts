/** <luneo-operator>: what was kept, and the files to make it. For the workshop, with its own key. */

import { LitElement, html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { Api, money } from "../widget/api.js";
import type { ExportPack, Operation, Snapshot } from "../widget/api.js";
import { styles } from "../widget/styles.js";
import { operatorStyles } from "./styles.js";

interface Work { percent: number; step: string; error?: string; pack?: ExportPack }

const KEY_SLOT = "luneo-operator";

export class LuneoOperator extends LitElement {
  static override styles = [styles, operatorStyles];
  static override properties = {
    api: {}, brand: { state: true }, snapshots: { state: true }, failure: { state: true },
    work: { state: true }, loading: { state: true },
  };

  declare api: string;
  declare brand: string;
  declare snapshots?: Snapshot[];
  declare failure: string;
  declare work: Record<string, Work>;
  declare loading: boolean;

  private calls?: Api;

  constructor() {
    super();
    this.api = location.origin;
    this.brand = this.failure = "";
    this.work = {};
    this.loading = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const known = sessionStorage.getItem(KEY_SLOT);
    if (known) {
      const { brand, key } = JSON.parse(known) as { brand: string; key: string };
      void this.open(brand, key);
    }
  }

  private async open(brand: string, key: string): Promise<void> {
    this.brand = brand;
    this.calls = new Api(this.api, key);
    this.loading = true;
    try {
      const page = await this.calls.get<{ snapshots?: Snapshot[] }>(`/v1/brands/${encodeURIComponent(brand)}/snapshots?pageSize=50`);
      this.snapshots = page.snapshots ?? [];
      this.failure = "";
      sessionStorage.setItem(KEY_SLOT, JSON.stringify({ brand, key }));
    } catch (error) {
      this.failure = (error as Error).message;
      this.snapshots = undefined;
      sessionStorage.removeItem(KEY_SLOT);
    } finally {
      this.loading = false;
    }
  }

  private leave(): void {
    sessionStorage.removeItem(KEY_SLOT);
    this.snapshots = undefined;
    this.work = {};
  }

  private async make(snapshot: Snapshot): Promise<void> {
    const calls = this.calls!;
    this.report(snapshot, { percent: 0, step: "Waiting for a worker" });
    try {
      const path = `/v1/brands/${this.brand}/exportPacks`;
      let operation = await calls.post<Operation>(path, { snapshot: snapshot.name }, { once: true });
      if (!operation.done) {
        for await (const event of calls.events<{ operation: Operation }>(`/v1/${operation.name}:watch`)) {
          operation = event.operation;
          this.report(snapshot, { percent: operation.metadata?.progressPercent ?? 0, step: operation.metadata?.step ?? "" });
        }
      }
      if (operation.error) throw new Error(operation.error.message);
      const pack = await calls.get<ExportPack>(`/v1/${operation.response!.name}`);
      this.report(snapshot, { percent: 100, step: "", pack });
    } catch (error) {
      this.report(snapshot, { percent: 0, step: "", error: (error as Error).message });
    }
  }

  private report(snapshot: Snapshot, work: Work): void {
    this.work = { ...this.work, [snapshot.name]: work };
  }

  protected override render(): TemplateResult {
    return this.snapshots ? this.list(this.snapshots) : this.door();
  }

  private door(): TemplateResult {
    return html`<form class="door" @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const data = new FormData(event.target as HTMLFormElement);
      void this.open(String(data.get("brand")).trim(), String(data.get("key")).trim());
    }}>
      <h2>Workshop</h2>
      <p class="quiet">Kept designs, and the files to make them. A shopper's key does not open this.</p>
      <label class="name" for="brand">Brand</label>
      <input type="text" id="brand" name="brand" required autocomplete="organization" .value=${this.brand} />
      <label class="name" for="key">Operator key</label>
      <input type="password" id="key" name="key" required autocomplete="current-password" />
      <button class="main">${this.loading ? "Opening…" : "Open"}</button>
      ${this.failure ? html`<p class="problem" role="alert">${this.failure}</p>` : nothing}
    </form>`;
  }

  private list(snapshots: Snapshot[]): TemplateResult {
    return html`<header><h2>${this.brand}</h2>
        <button type="button" @click=${() => this.open(this.brand, this.calls!.key)}>Refresh</button>
        <button type="button" @click=${this.leave}>Close</button></header>
      ${snapshots.length
        ? html`<ol>${snapshots.map((snapshot) => this.row(snapshot))}</ol>`
        : html`<p class="quiet">Nothing was kept yet. Open a product, type a name and keep it.</p>`}`;
  }

  private row(snapshot: Snapshot): TemplateResult {
    const work = this.work[snapshot.name];
    const product = snapshot.productRevision?.split("/")[3] ?? "";
    const picture = snapshot.assets?.find((asset) => /PREVIEW|THUMBNAIL/.test(asset.kind));
    const busy = work && !work.error && !work.pack;
    return html`<li>
      ${picture ? html`<img src=${picture.uri ?? ""} alt="" />` : nothing}
      <div class="about"><strong>${product}</strong>
        <span class="quiet">${new Date(snapshot.createTime).toLocaleString()} · ${money(snapshot.price?.total, navigator.language)}</span>
        <code>${snapshot.name.split("/").pop()}</code></div>
      <div class="work">
        ${work?.pack
          ? html`<a href=${work.pack.result!.uri} download>Download files</a>`
          : html`<button type="button" ?disabled=${busy} @click=${() => this.make(snapshot)}>Make files</button>`}
        ${busy ? html`<progress max="100" .value=${work.percent} aria-label="Making the files"></progress><span class="quiet" role="status">${work.step}</span>` : nothing}
        ${work?.error ? html`<p class="problem" role="alert">${work.error}</p>` : nothing}
        ${work?.pack ? this.files(work.pack) : nothing}
      </div></li>`;
  }

  private files(pack: ExportPack): TemplateResult {
    const files = pack.result?.files ?? [];
    return html`<details><summary>${files.length} files, ${Math.round(Number(pack.result?.sizeBytes ?? 0) / 1000)} kB</summary>
      <ul>${files.map((file) => html`<li><span>${file.path}</span><code>${file.sha256?.slice(0, 16)}</code></li>`)}</ul></details>`;
  }
}

if (!customElements.get("luneo-operator")) customElements.define("luneo-operator", LuneoOperator);
