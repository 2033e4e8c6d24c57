/** <luneo-editor>: edits the zones of a product and shows at once what will be made. */

import { LitElement, html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { Api, brandOf, money, sentenceOf } from "./api.js";
import { CaretWatch, focusAt } from "./caret.js";
import { Composer } from "./composer.js";
import { artworkField, codeField, colourField, optionField, textField } from "./fields.js";
import { foot, trouble } from "./foot.js";
import { keptCard } from "./kept.js";
import type { Kept } from "./kept.js";
import { Lettering } from "./lettering.js";
import { isError } from "./messages.js";
import type { Design, Model, Preview, Problem, Revision, Snapshot, View, Zone, ZoneValue } from "./messages.js";
import { ModelView } from "./model.js";
import { chosen, described, modelsOf } from "./options.js";
import type { Choices } from "./options.js";
import { Pictures } from "./pictures.js";
import { GuestSession } from "./session.js";
import { skeleton } from "./skeleton.js";
import { Stage, ratioOf } from "./stage.js";
import { styles } from "./styles.js";
import { random } from "./trace.js";
import { Uploads } from "./uploads.js";
import { shownOf, viewChoice } from "./views.js";
import { say } from "./words.js";

export class LuneoEditor extends LitElement {
  static override styles = styles;
  static override properties = {
    product: {}, key: {}, api: {}, design: { type: Object }, options: { type: Object }, trace: { type: Boolean }, picked: { state: true },
    revision: { state: true }, values: { state: true }, failure: { state: true }, view: { state: true }, in3d: { state: true },
    busy: { state: true }, kept: { state: true }, active: { state: true }, touched: { state: true }, pictureGone: { state: true },
  };

  declare product: string;
  declare key: string;
  declare api: string;
  /** What the zones hold at first, by zone, as in `Design.zones`. */
  declare design: Record<string, ZoneValue> | null;
  /** What is chosen at first, by option, as in `Design.options`. */
  declare options: Choices | null;
  /** Whether the traces of this page are recorded in any case. */
  declare trace: boolean;
  declare revision?: Revision;
  declare values: Record<string, ZoneValue>;
  /** What the shopper has chosen, every option of the product. */
  declare picked: Choices;
  /** Why loading or keeping failed. */
  declare failure: string;
  /** Whether a picture could not be read, also at a new address. */
  declare pictureGone: boolean;
  /** Whether the 3D model is shown in place of a photo, where the product has one. */
  declare in3d: boolean;
  /** Id of the view that was chosen last; the one that is shown may be another, as the options ask for. */
  declare view: string;
  declare busy: boolean;
  declare kept: Kept | undefined;
  declare active: string;
  /** Zones that the shopper has worked on: only their errors are worth saying. */
  declare touched: ReadonlySet<string>;

  private calls!: Api;
  private session!: GuestSession;
  private composer!: Composer;
  private lettering!: Lettering;
  private models!: ModelView;
  private uploads!: Uploads;
  private readonly stages = new Map<HTMLCanvasElement, Stage>();
  private readonly pictures = new Pictures(
    () => this.pictureCame(),
    () => void this.renewPictures(),
    () => { this.pictureGone = true; },
  );
  private readonly resized = new ResizeObserver(() => this.stages.forEach((stage) => stage.again()));

  constructor() {
    super();
    this.product = this.key = this.failure = this.active = this.view = "";
    this.api = location.origin;
    this.design = this.options = null;
    this.values = {};
    this.picked = {};
    this.touched = new Set();
    this.busy = this.pictureGone = this.trace = this.in3d = false;
    new CaretWatch(this, (cursor) => this.stage(".stage canvas")?.point(cursor));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("online", this.recover);
    if (this.revision) return this.requestUpdate(); // was only moved on its page
    const brand = brandOf(this.product);
    const changed = () => this.requestUpdate();
    this.calls = new Api(this.api, this.key, this.trace);
    this.session = new GuestSession(this.calls, brand);
    this.composer = new Composer(this.calls, brand, changed);
    this.lettering = new Lettering(this.calls, brand, changed);
    this.models = new ModelView(this.calls, brand, this.session, this.address, changed);
    this.uploads = new Uploads(this.calls, brand, this.session, changed);
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("online", this.recover);
    this.composer.stop();
    this.models.stop();
    this.resized.disconnect();
    this.stages.clear();
  }

  private async load(): Promise<void> {
    this.failure = "";
    try {
      this.revision = await this.calls.get<Revision>(`/v1/${this.product}:published`);
    } catch (error) {
      this.failure = sentenceOf(error);
      return;
    }
    const { name, displayName, template } = this.revision;
    const known = template.zones.map((zone) => zone.id);
    this.values = Object.fromEntries(Object.entries(this.design ?? {}).filter(([zone]) => known.includes(zone)));
    this.picked = chosen(template, this.options ?? {});
    this.announce("luneo-loaded", { revision: name, displayName });
    void this.lettering.fill(this.revision, this.values);
    await this.composer.compose(this.asked);
    await this.lettering.load(this.revision);
  }

  private recover = (): void => {
    this.composer.again();
    if (!this.revision) void this.load();
    else if (this.pictureGone) void this.renewPictures();
  };

  private pictureCame(): void {
    this.pictureGone = false;
    this.stages.forEach((stage) => stage.again());
  }

  /** Signed addresses of pictures have expired, as on a page that lay open for long: gets new ones. */
  private async renewPictures(): Promise<void> {
    try {
      this.revision = await this.calls.get<Revision>(`/v1/${this.product}:published`);
      this.pictures.retry();
      await this.composer.compose(this.asked);
    } catch {
      this.pictureGone = true;
    }
  }

  private get asked(): Design {
    return { productRevision: this.revision!.name, zones: this.values, options: this.picked };
  }

  private set(zone: string, value: ZoneValue | undefined): void {
    const { [zone]: before, ...others } = this.values;
    this.values = value ? { ...others, [zone]: value } : others;
    if (before?.text?.text !== value?.text?.text) this.touched = new Set([...this.touched, zone]);
    this.change();
    void this.lettering.fill(this.revision!, this.values);
  }

  private choose(option: string, choice: string): void {
    this.picked = { ...this.picked, [option]: choice };
    this.change();
  }

  /** What was kept is no longer what is shown. */
  private change(): void {
    this.kept = undefined;
    this.failure = "";
    void this.composer.compose(this.asked);
    this.announce("luneo-changed", { revision: this.revision!.name, design: this.values, options: this.picked });
  }

  private async keep(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = "";
    try {
      this.composer.again();
      await this.settled();
      const { composed } = this.composer;
      if (!composed?.valid || !this.composer.answers(this.asked)) return void this.showProblems();
      await this.freeze(this.asked, composed.layout);
    } catch (error) {
      this.failure = sentenceOf(error);
    } finally {
      this.busy = false;
    }
  }

  /** Waits until the last word is answered, or cannot be. */
  private async settled(): Promise<void> {
    for (let answered; answered !== this.composer.answered;) await (answered = this.composer.answered);
  }

  private async freeze(design: Design, layout: Kept["layout"]): Promise<void> {
    await this.session.begin();
    const brand = brandOf(this.product);
    const [view, trace] = [this.currentView, random(16)];
    const seen = view ? { view: view.id } : this.model ? { kind: "RENDER_KIND_PREVIEW_3D", model: this.model.id } : {};
    const [snapshot, preview] = await Promise.all([
      this.calls.post<Snapshot>(`/v1/${brand}/snapshots`, { design }, { once: true, trace }),
      this.calls.post<Preview>(`/v1/${brand}/previews`, { design, ...seen }, { once: true, trace }),
    ]);
    const { name, price } = snapshot;
    this.announce("luneo-kept", { snapshot: name, price, design: design.zones, options: design.options, preview: this.address(preview.uri) });
    if (design.zones !== this.values || design.options !== this.picked) return; // changed meanwhile: what was kept is no longer what is shown
    this.kept = { snapshot, preview, design, layout, view };
    await this.updateComplete;
    this.focusOn("#kept-title");
  }

  /** Says all that is wrong, and goes to the first of it. */
  private async showProblems(): Promise<void> {
    this.touched = new Set(this.revision!.template.zones.map((zone) => zone.id));
    await this.updateComplete;
    const first = this.problems.find(isError);
    if (first) this.focusOn(first.zone ? `#input-${first.zone}` : "#problems");
  }

  private focusOn(selector: string): void {
    const target = this.renderRoot.querySelector<HTMLElement>(selector);
    target?.focus({ preventScroll: true });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target?.scrollIntoView({ block: "nearest", behavior: still ? "instant" : "smooth" });
  }

  private async upload(zone: Zone, file: File): Promise<void> {
    const asset = await this.uploads.add(zone.id, file);
    if (asset) this.set(zone.id, { artwork: { asset } });
  }

  private announce(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  private address = (uri: string): string => this.calls.picture(uri);

  private get problems(): Problem[] {
    return this.composer.composed?.problems ?? [];
  }

  /**
   * Problems worth saying now: not that a zone is empty which nobody touched, or which was filled since,
   * and none of an earlier design when there is no answer to this one.
   */
  private shown(zone: string): Problem[] {
    if (this.composer.failure) return [];
    const value = this.values[zone];
    const empty = value?.text ? !value.text.text : !value; // colours and artwork are there or not
    return this.problems.filter((problem) => problem.zone === zone && (problem.code !== "ZONE_REQUIRED" || (empty && this.touched.has(zone))));
  }

  private get currentView(): View | undefined {
    return this.revision && shownOf(this.revision.template, this.picked, this.view);
  }

  /** The model that is shown; nothing while a photo is. Without photos it is all there is to see. */
  private get model(): Model | undefined {
    const shown = this.revision && (this.in3d || !this.currentView);
    return shown ? modelsOf(this.revision!.template, this.picked)[0] : undefined;
  }

  /** Text zones that still show their sample. */
  private get samples(): Set<string> {
    const zones = this.revision?.template.zones ?? [];
    return new Set(zones.filter((zone) => zone.text && !this.values[zone.id]?.text?.text).map((zone) => zone.id));
  }

  protected override willUpdate(): void {
    const { model, composer } = this;
    if (model && composer.composed?.valid && composer.answers(this.asked)) this.models.show(model, this.asked);
  }

  protected override updated(): void {
    if (!this.revision || !this.currentView) return;
    const { revision, kept, lettering, active } = this;
    const problems = revision.template.zones.flatMap((zone) => this.shown(zone.id));
    const sample = lettering.sample && { layout: lettering.sample, zones: this.samples };
    const layout = this.composer.composed?.layout;
    this.stage(".stage canvas")?.show({ revision, view: this.currentView, layout, problems, active, sample });
    if (kept?.view) this.stage(".kept canvas")?.show({ revision, view: kept.view, layout: kept.layout, problems: [] });
  }

  private stage(selector: string): Stage | undefined {
    const canvas = this.renderRoot.querySelector<HTMLCanvasElement>(selector);
    if (!canvas) return undefined;
    let stage = this.stages.get(canvas);
    if (!stage) {
      stage = new Stage(canvas, this.pictures, this.address);
      this.stages.set(canvas, stage);
      this.resized.observe(canvas);
    }
    return stage;
  }

  private pick(event: PointerEvent): void {
    const hit = this.stage(".stage canvas")?.hitAt(event.clientX, event.clientY);
    if (hit) focusAt(this.renderRoot.querySelector<HTMLElement>(`#input-${hit.zone}`), hit.made, hit.place);
  }

  protected override render(): TemplateResult {
    const { revision } = this;
    if (!revision) return this.failure ? this.refusal() : skeleton();
    const ratio = ratioOf(revision, this.currentView);
    const late = this.composer.failure ? "behind" : "";
    return html`<div class="frame" .style=${`--ratio:${ratio}`}>
      <div class="stage ${late}">
        <canvas role="img" aria-label=${described(revision, this.values, this.picked)} @click=${this.pick}></canvas><i class="caret" hidden></i>
        ${this.model && !this.models.failure ? this.models.render(revision.displayName) : nothing}
        ${this.viewChoice()} ${this.model ? this.models.link() : nothing}
        ${this.model && this.models.failure ? trouble({ sentence: this.models.failure, again: this.models.again }) : nothing}
        <p class="quiet note">${this.note(late)}</p>
      </div>
      <div class="fields">
        <h2>${revision.displayName}</h2>
        <p class="quiet">${revision.description}</p>
        <form novalidate @submit=${(event: Event) => { event.preventDefault(); void this.keep(); }}>
          ${this.optionFields(revision)} ${revision.template.zones.map((zone) => this.field(zone))} ${this.foot()}
        </form>
      </div>
    </div>
    ${this.kept ? keptCard(this.kept, this.address, this.kept.view ? ratio : 1, money(this.kept.snapshot.price?.total, this.language)) : nothing}`;
  }

  private refusal(): TemplateResult {
    return html`<div class="error" role="alert"><p>${this.failure}</p><button type="button" @click=${this.load}>${say("again")}</button></div>`;
  }

  private get language(): string {
    return this.lang || navigator.language;
  }

  private note(late: string): string | typeof nothing {
    if (late) return say("behind");
    if (this.model) return this.composer.composed && !this.composer.composed.valid ? say("modelWaits") : nothing;
    return this.samples.size && this.lettering.sample ? say("sampleShown") : nothing;
  }

  private viewChoice(): TemplateResult | typeof nothing {
    return viewChoice(this.revision!.template, this.picked, this.currentView, this.model !== undefined, (view) => {
      this.in3d = !view;
      this.view = view?.id ?? this.view;
    });
  }

  private optionFields(revision: Revision): TemplateResult[] {
    const surcharge = (cents: string) => money({ currencyCode: revision.price.currencyCode, amountCents: cents }, this.language);
    return (revision.template.options ?? []).filter(({ choices: all }) => all.length > 1)
      .map((option) => optionField(option, this.picked[option.id]!, surcharge, (choice) => this.choose(option.id, choice)));
  }

  private field(zone: Zone): TemplateResult {
    const problems = this.shown(zone.id);
    const value = this.values[zone.id];
    const change = (changed: ZoneValue | undefined) => this.set(zone.id, changed);
    const correct = (text: string) => {
      change({ text: { ...value?.text, text } });
      this.focusOn(`#input-${zone.id}`);
    };
    const shared = { zone, problems, value, change, correct };
    const body = zone.text
      ? textField({ ...shared, fonts: this.lettering.fonts(this.revision!, zone) })
      : zone.code ? codeField(shared) : zone.colour ? colourField(shared)
      : artworkField({ ...shared, said: this.uploads.said[zone.id] ?? "", pick: (file: File) => void this.upload(zone, file) });
    return html`<div class="field" @focusin=${() => { this.active = zone.id; }} @focusout=${() => { this.active = ""; }}>${body}</div>`;
  }

  private foot(): TemplateResult {
    const { composed, failure, again } = this.composer;
    const troubles = [
      { sentence: failure, again }, { sentence: this.failure },
      { sentence: this.pictureGone ? say("pictureGone") : "", again: () => void this.renewPictures() },
    ].filter(({ sentence }) => sentence);
    return foot(composed?.price, this.revision!.price, this.language, this.busy, failure ? [] : this.problems, troubles);
  }
}

if (!customElements.get("luneo-editor")) customElements.define("luneo-editor", LuneoEditor);
