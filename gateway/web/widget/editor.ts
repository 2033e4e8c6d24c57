/** <luneo-editor>: edits the zones of a product and shows at once what will be made. */

import { LitElement, html, nothing } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { Api, ApiError, brandOf, money, superseded } from "./api.js";
import type { Composed, Design, Preview, Problem, Revision, Snapshot, View, Zone, ZoneValue } from "./api.js";
import { choices, artworkField, problemList, textField } from "./fields.js";
import { GuestSession } from "./session.js";
import { Stage } from "./stage.js";
import { styles } from "./styles.js";
import { say } from "./words.js";

interface Kept { snapshot: Snapshot; preview: Preview }

export class LuneoEditor extends LitElement {
  static override styles = styles;
  static override properties = {
    product: {}, key: {}, api: {},
    revision: { state: true }, values: { state: true }, composed: { state: true }, failure: { state: true },
    view: { state: true }, busy: { state: true }, kept: { state: true }, active: { state: true }, uploads: { state: true },
  };

  declare product: string;
  declare key: string;
  declare api: string;
  declare revision?: Revision;
  declare values: Record<string, ZoneValue>;
  declare composed?: Composed;
  declare failure: string;
  declare view: number;
  declare busy: boolean;
  declare kept?: Kept;
  declare active: string;
  /** What is said about the upload of a zone: progress, or why it was refused. */
  declare uploads: Record<string, string>;

  private calls!: Api;
  private session!: GuestSession;
  private stage?: Stage;
  private composing?: AbortController;
  private resized?: ResizeObserver;

  constructor() {
    super();
    this.product = this.key = this.failure = this.active = "";
    this.api = location.origin;
    this.values = {};
    this.uploads = {};
    this.view = 0;
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.calls = new Api(this.api, this.key);
    this.session = new GuestSession(this.calls, brandOf(this.product));
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.composing?.abort();
    this.resized?.disconnect();
  }

  private async load(): Promise<void> {
    this.failure = "";
    try {
      this.revision = await this.calls.get<Revision>(`/v1/${this.product}:published`);
    } catch (error) {
      this.failure = (error as Error).message;
      return;
    }
    this.announce("luneo-loaded", { revision: this.revision.name });
    await this.compose();
  }

  private get design(): Design {
    return { productRevision: this.revision!.name, zones: this.values };
  }

  private set(zone: string, value: ZoneValue | undefined): void {
    const { [zone]: _, ...others } = this.values;
    this.values = value ? { ...others, [zone]: value } : others;
    this.kept = undefined;
    void this.compose();
  }

  /** Composes the design as it stands; an answer that was overtaken is dropped. */
  private async compose(): Promise<void> {
    this.composing?.abort();
    const { signal } = (this.composing = new AbortController());
    try {
      const path = `/v1/${brandOf(this.product)}/designs:compose`;
      this.composed = await this.calls.post<Composed>(path, { design: this.design }, { signal });
      this.failure = "";
    } catch (error) {
      if (!superseded(error)) this.failure = (error as Error).message;
    }
  }

  private async keep(): Promise<void> {
    if (this.busy || !this.composed?.valid) return this.showFirstProblem();
    this.busy = true;
    try {
      await this.session.begin();
      const brand = brandOf(this.product);
      const body = { design: this.design };
      const view = this.currentView?.id ?? "";
      const [snapshot, preview] = await Promise.all([
        this.calls.post<Snapshot>(`/v1/${brand}/snapshots`, body, { once: true }),
        this.calls.post<Preview>(`/v1/${brand}/previews`, { ...body, view }, { once: true }),
      ]);
      this.kept = { snapshot, preview };
      this.failure = "";
      this.announce("luneo-kept", { snapshot: snapshot.name, price: snapshot.price, preview: this.api + preview.uri });
    } catch (error) {
      this.failure = (error as Error).message;
    } finally {
      this.busy = false;
    }
  }

  private showFirstProblem(): void {
    const first = this.problems.find((problem) => problem.severity === "SEVERITY_ERROR");
    this.renderRoot.querySelector<HTMLElement>(`#zone-${first?.zone} :is(textarea, input)`)?.focus();
  }

  private async upload(zone: Zone, file: File): Promise<void> {
    this.uploads = { ...this.uploads, [zone.id]: say("adding") };
    let said = "";
    try {
      await this.session.begin();
      const body = { asset: { displayName: file.name.slice(0, 120) || "picture" }, data: await base64(file) };
      const asset = await this.calls.post<{ name: string }>(`/v1/${brandOf(this.product)}/assets`, body, { once: true });
      this.set(zone.id, { artwork: { asset: asset.name } });
    } catch (error) {
      said = error instanceof ApiError && error.violations[0]?.description || (error as Error).message;
    }
    this.uploads = { ...this.uploads, [zone.id]: said };
  }

  private announce(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  private get problems(): Problem[] {
    return this.composed?.problems ?? [];
  }

  /** Problems worth saying now: that an untouched zone is empty is not. */
  private shown(zone: string): Problem[] {
    const touched = zone in this.values;
    return this.problems.filter((problem) => problem.zone === zone && (touched || problem.severity !== "SEVERITY_ERROR"));
  }

  private get currentView(): View | undefined {
    return this.revision?.template.views?.[this.view];
  }

  protected override updated(_: PropertyValues): void {
    const canvas = this.renderRoot.querySelector("canvas");
    if (!canvas || !this.revision || !this.currentView) return;
    if (!this.stage) {
      this.stage = new Stage(canvas);
      this.resized = new ResizeObserver(() => this.draw());
      this.resized.observe(canvas);
    }
    this.draw();
  }

  private draw(): void {
    if (!this.revision || !this.currentView) return;
    const problems = this.problems.filter((problem) => this.shown(problem.zone ?? "").includes(problem));
    this.stage?.show({
      revision: this.revision, view: this.currentView, layout: this.composed?.layout, problems, active: this.active,
    });
  }

  protected override render(): TemplateResult {
    const revision = this.revision;
    if (!revision) {
      return this.failure
        ? html`<div class="error" role="alert"><p>${this.failure}</p><button type="button" @click=${this.load}>${say("again")}</button></div>`
        : html`<p class="quiet" role="status">${say("loading")}</p>`;
    }
    return html`<div class="frame">
      <div class="stage">
        <canvas role="img" aria-label=${this.description(revision)}></canvas>
        ${this.viewChoice(revision)} ${this.madePicture()}
      </div>
      <div>
        <h2>${revision.displayName}</h2>
        <p class="quiet">${revision.description}</p>
        <form novalidate @submit=${(event: Event) => { event.preventDefault(); void this.keep(); }}>
          ${revision.template.zones.map((zone) => this.field(zone))} ${this.foot()}
        </form>
      </div>
    </div>`;
  }

  private description(revision: Revision): string {
    const texts = Object.values(this.values).map((value) => value.text?.text ?? "").filter(Boolean).join(". ");
    return say("previewOf", { product: revision.displayName, texts: texts || say("empty") });
  }

  private viewChoice(revision: Revision): TemplateResult | typeof nothing {
    const views = revision.template.views ?? [];
    if (views.length < 2) return nothing;
    const names = views.map((view) => ({ label: view.displayName ?? view.id }));
    return choices("view", "View", names, this.view, (index) => { this.view = index; });
  }

  private field(zone: Zone): TemplateResult {
    const problems = this.shown(zone.id);
    const shared = {
      zone, problems, value: this.values[zone.id],
      focus: () => { this.active = zone.id; }, blur: () => { this.active = ""; },
      change: (value: ZoneValue | undefined) => this.set(zone.id, value),
    };
    const body = zone.text
      ? textField({ ...shared, fonts: this.revision?.fonts ?? [] })
      : artworkField({ ...shared, said: this.uploads[zone.id] ?? "", pick: (file: File) => void this.upload(zone, file) });
    return html`<fieldset id="zone-${zone.id}">${body}
      ${problemList(zone.id, problems, (problem) => {
        const value = this.values[zone.id]?.text;
        if (problem.corrected !== undefined) this.set(zone.id, { text: { ...value, text: problem.corrected } });
      })}</fieldset>`;
  }

  private foot(): TemplateResult {
    const price = this.composed?.price;
    const language = this.lang || navigator.language;
    const lines = price?.lines ?? [];
    const label = this.busy ? say("keeping") : say("keep");
    return html`<div class="foot">
      ${lines.length > 1 ? html`<div class="lines">${lines.map((line) => html`<div><span>${line.description}</span>
        <span>${money({ currencyCode: price!.total.currencyCode, amountCents: line.amountCents }, language)}</span></div>`)}</div>` : nothing}
      <div class="price"><span>${say("total")}</span><strong>${money(price?.total, language)}</strong></div>
      <button class="main" aria-disabled=${this.composed?.valid && !this.busy ? "false" : "true"}>${label}</button>
      ${this.failure ? html`<p class="problem" role="alert">${this.failure}</p>` : nothing}
      <p role="status" class="quiet">${this.kept ? say("kept") : nothing}</p>
    </div>`;
  }

  private madePicture(): TemplateResult | typeof nothing {
    if (!this.kept) return nothing;
    const { preview } = this.kept;
    const same = preview.layoutDigest === this.composed?.layout.digest;
    return html`<figure class="made">
      <img src=${this.api + preview.uri} alt=${say("asMade")} />
      <figcaption class="quiet">${say("asMade")}<br />
        ${same ? html`<code>${say("same", { digest: preview.layoutDigest.slice(0, 16) })}</code>` : nothing}
      </figcaption></figure>`;
  }
}

/** Returns a file's bytes as base64, as the protobuf JSON mapping wants them. */
async function base64(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error("The file cannot be read."));
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}

if (!customElements.get("luneo-editor")) customElements.define("luneo-editor", LuneoEditor);
