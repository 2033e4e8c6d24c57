/** <luneo-batches>: work orders that are made together, on one machine or on one after another; a new one, and one with its sheets and files. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Batch, BatchFile, MachineProfile } from "../api/types.js";
import { sentenceOf } from "../widget/api.js";
import type { Operation } from "../widget/messages.js";
import { dueOf, moment } from "./due.js";
import { finished } from "./operations.js";
import { sheetPicture } from "./sheets.js";
import type { SheetMap } from "./sheets.js";
import { idOf, productOf } from "./shop.js";
import type { Work } from "./states.js";
import { View, question } from "./view.js";
import { say } from "./words.js";

const NEW = "new";
const UM = 1000;
const SEARCH_S = 5;

export class LuneoBatches extends View {
  static override properties = {
    batches: { state: true }, batch: { state: true }, machines: { state: true }, works: { state: true }, chosen: { state: true },
    progress: { state: true }, map: { state: true }, asking: { state: true }, trouble: { state: true },
  };

  declare batches: Batch[] | undefined;
  declare batch: Batch | undefined;
  declare machines: MachineProfile[] | undefined;
  /** What can be put together. */
  declare works: Work[];
  /** Names of those that were chosen. */
  declare chosen: ReadonlySet<string>;
  declare progress: { percent: number; step: string } | undefined;
  declare map: SheetMap | undefined;
  declare asking: boolean;
  /** Why the batch was not made. */
  declare trouble: string;

  /** Names of batches that could not be made. */
  private failed: ReadonlySet<string> = new Set();
  private watched = "";

  constructor() {
    super();
    this.works = [];
    this.map = undefined;
    this.chosen = new Set();
    this.asking = false;
    this.trouble = "";
  }

  protected override async load(): Promise<void> {
    if (!this.place) await this.loadAll();
    else if (this.place === NEW) {
      const [works, machines] = await Promise.all([this.shop.works(["QUEUED"]), this.shop.machines()]);
      [this.works, this.machines] = [works.filter((work) => !work.batch && !work.eraseTime), machines];
    } else await this.loadOne();
  }

  private async loadAll(): Promise<void> {
    const [batches, machines] = await Promise.all([this.shop.listBatches(), this.shop.machines()]);
    const begun = batches.filter((batch) => !batch.result && !batch.cancelTime && !batch.eraseTime);
    const work = await Promise.all(begun.map(({ operation }) => this.shop.api.get<Operation>(`/v1/${operation}`)));
    this.failed = new Set(begun.filter((_, at) => work[at]!.error).map(({ name }) => name));
    [this.batches, this.machines] = [batches, machines];
  }

  private async loadOne(): Promise<void> {
    const batch = await this.shop.api.get<Batch>(`/v1/${this.shop.name("batches", this.place)}`);
    this.machines ??= await this.shop.machines();
    this.batch = batch;
    const map = batch.result?.files?.find((file) => file.path === "map.json")?.uri;
    if (map && !this.map) this.map = await (await fetch(this.shop.api.picture(map))).json() as SheetMap;
    if (!batch.result && !batch.cancelTime && !batch.eraseTime && this.watched !== batch.name) void this.watch(batch);
  }

  /** Follows the work on a batch to its end. */
  private async watch(batch: Batch): Promise<void> {
    this.watched = batch.name;
    this.progress = { percent: 0, step: say("waiting") };
    try {
      const operation = await this.shop.api.get<Operation>(`/v1/${batch.operation}`);
      await finished(this.shop.api, operation, ({ metadata }) => {
        this.progress = { percent: metadata?.progressPercent ?? 0, step: metadata?.step || say("waiting") };
      });
    } catch (error) {
      if (!this.batch?.cancelTime) this.trouble = sentenceOf(error);
    }
    this.progress = undefined;
    await this.read();
  }

  private start(event: SubmitEvent): void {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const um = (field: string) => Math.round(Number(data.get(field)) * UM);
    const sheet = um("width") && um("height") ? [{ id: "sheet", widthUm: um("width"), heightUm: um("height") }] : [];
    const further = data.get("further");
    const batch = {
      machineProfile: data.get("machine"), furtherMachineProfiles: further ? [further] : [], workOrders: [...this.chosen], sheetSizes: sheet, spacingUm: um("spacing"),
      cutBlanks: data.has("cut"), searchSeconds: SEARCH_S,
    };
    if (!this.chosen.size) return void (this.failure = say("chooseSome"));
    void this.take(async () => {
      const operation = await this.shop.api.post<Operation>(this.shop.path("batches"), batch, { once: true });
      const { target } = operation.metadata as unknown as { target: string };
      location.hash = `batches/${idOf(target)}`;
    });
  }

  private cancel(): void {
    this.asking = false;
    void this.take(async () => { this.batch = await this.shop.api.post<Batch>(`/v1/${this.batch!.name}:cancel`, {}); });
  }

  protected override render(): TemplateResult {
    if (this.place === NEW) return this.machines ? this.form(this.machines) : html`${this.refusal()}`;
    if (this.place) return this.batch ? this.whole(this.batch) : html`${this.refusal()}`;
    return html`<div class="bar"><h2>${say("batches")}</h2><a class="button main" href="#batches/new">${say("newBatch")}</a></div>
      ${this.refusal()}
      ${this.batches?.length === 0 ? html`<p class="none">${say("noBatches")}</p>` : nothing}
      ${this.batches?.length ? html`<table><thead><tr>${["machine", "state", "workOrders", "made"].map((head) => html`<th scope="col">${say(head as "machine")}</th>`)}</tr></thead>
        <tbody>${this.batches.map((batch) => html`<tr><th scope="row"><a href="#batches/${idOf(batch.name)}">${this.machineNamed(batch)}</a></th><td>${this.failed.has(batch.name) ? say("notMade") : stands(batch)}</td>
          <td>${batch.workOrders?.length}</td><td>${moment(batch.createTime)}</td></tr>`)}</tbody></table>` : nothing}`;
  }

  private machineNamed(batch: Batch): string {
    return [batch.machineProfile, ...batch.furtherMachineProfiles ?? []].map((name) => this.named(name)).join(" → ");
  }

  /** What the machine of a revision is called. */
  private named(revision: string): string {
    const id = revision.split("/")[3] ?? "";
    return this.machines?.find((one) => idOf(one.name) === id)?.machine.displayName ?? id;
  }

  private form(machines: MachineProfile[]): TemplateResult {
    const materials = [...new Set(this.works.map(materialOf))].sort();
    return html`<a class="back" href="#batches">${say("batches")}</a><h2>${say("newBatch")}</h2>
      <form class="new" @submit=${this.start}>
        <fieldset class="settings"><legend>${say("machineAndSheet")}</legend>
          <label for="machine">${say("machine")}</label>
          <select id="machine" name="machine" required>${machines.map((one) => html`<option value=${one.name}>${one.machine.displayName}</option>`)}</select>
          <label for="further">${say("furtherMachine")}</label>
          <select id="further" name="further"><option value="">${say("noFurther")}</option>${machines.map((one) => html`<option value=${one.name}>${one.machine.displayName}</option>`)}</select>
          <label for="width">${say("sheetSize")}</label>
          <div class="pair"><input id="width" name="width" type="number" min="1" max="10000" step="any" placeholder=${say("wholeBed")} /> ×
            <input name="height" type="number" min="1" max="10000" step="any" placeholder=${say("wholeBed")} aria-label=${say("sheetHeight")} /> mm</div>
          <label for="spacing">${say("spacing")}</label><div class="pair"><input id="spacing" name="spacing" type="number" min="0" max="100" step="any" value="2" /> mm</div>
          <label class="tick"><input type="checkbox" name="cut" /> ${say("cutBlanks")}</label>
          ${machines.length ? nothing : html`<p class="problem">${say("noMachines")}</p>`}
          ${this.refusal()}
          <button class="main" aria-disabled=${this.busy ? "true" : "false"}>${say("startBatch", { count: this.chosen.size })}</button>
        </fieldset>
        <div class="open">${this.works.length ? materials.map((material) => this.material(material)) : html`<p class="none">${say("nothingOpen")}</p>`}</div>
      </form>`;
  }

  /** What waits of one material; of a product that says none, what waits of it. */
  private material(material: string): TemplateResult {
    const works = this.works.filter((work) => materialOf(work) === material);
    const all = works.every((work) => this.chosen.has(work.name));
    const names = works.map((work) => work.name);
    const shown = works[0]!.material || this.shop.details.known.get(works[0]!.snapshot!)?.product || material;
    return html`<fieldset><legend>${shown}</legend>
      ${works.length > 1 ? html`<button type="button" @click=${() => this.choose(names, !all)}>${all ? say("chooseNone") : say("chooseAll", { count: works.length })}<span class="unseen"> ${shown}</span></button>` : nothing}
      ${works.map((work) => html`<label class="pick" data-snapshot=${work.snapshot!}>
        <input type="checkbox" .checked=${this.chosen.has(work.name)} @change=${(event: Event) => this.choose([work.name], (event.target as HTMLInputElement).checked)} />
        ${this.thumb(work.snapshot!)}<span class="about"><strong>${work.quantity} × ${this.shop.details.wordsOf(work.snapshot!)}</strong>
          ${dueOf(work.dueTime, false)}<code>${work.barcode}</code></span></label>`)}</fieldset>`;
  }

  private choose(names: string[], wanted: boolean): void {
    const chosen = new Set(this.chosen);
    for (const name of names) wanted ? chosen.add(name) : chosen.delete(name);
    this.chosen = chosen;
  }

  private whole(batch: Batch): TemplateResult {
    const over = batch.cancelTime || batch.eraseTime;
    const leave = () => { this.asking = false; };
    return html`<a class="back" href="#batches">${say("batches")}</a>
      <div class="bar"><h2>${this.machineNamed(batch)}</h2><p class="stand"><strong class=${batch.result && !over ? "done" : batch.cancelTime ? "cancelled" : ""}>${this.trouble ? say("notMade") : stands(batch)}</strong></p>
        ${over ? nothing : html`<button type="button" aria-haspopup="dialog" @click=${() => { this.asking = true; }}>${say("cancelBatch")}</button>`}</div>
      ${this.refusal()}
      ${this.trouble ? html`<p class="problem" role="alert">${this.trouble}</p><p>${say("notMadeAbout")}</p>` : nothing}
      ${this.progress ? html`<div class="making"><progress max="100" .value=${this.progress.percent} aria-label=${say("making")}></progress>
        <span role="status">${this.progress.percent} % · ${this.progress.step}</span></div>` : nothing}
      ${over || !this.map ? nothing : html`<div class="sheets">${this.map.sheets.map((sheet) => sheetPicture(sheet, this.map!.outlines, this.drawingsOf(sheet.sheet)))}</div>`}
      ${batch.result && !over ? this.files(batch) : nothing}
      ${this.asking ? question(say("cancelBatchTitle"), html`<p>${say("cancelBatchAbout")}</p>`, say("cancelBatchSure"), () => this.cancel(), leave) : nothing}`;
  }

  /** Addresses of what machines make of a sheet, for those that have it as SVG. */
  private drawingsOf(sheet: string): string[] {
    const drawn = (this.batch?.result?.files ?? []).filter(({ path }) => path!.startsWith(`${sheet}.`) && path!.endsWith(".svg"));
    return drawn.flatMap(({ uri }) => uri ? [this.shop.api.picture(uri)] : []);
  }

  /** All files, those of each machine together where there are several. */
  private files(batch: Batch): TemplateResult {
    const files = batch.result!.files!;
    const machines = batch.furtherMachineProfiles?.length ? [batch.machineProfile, ...batch.furtherMachineProfiles] : [];
    const rest = files.filter((file) => !machines.includes(file.machineProfile ?? ""));
    return html`<section class="files" aria-labelledby="files"><h3 id="files">${say("filesOf")}</h3>
      ${machines.map((machine) => html`<h4>${this.named(machine)}</h4>${this.list(files.filter((file) => file.machineProfile === machine))}`)}
      ${machines.length ? html`<h4>${say("filesOfAll")}</h4>` : nothing}${this.list(rest)}</section>`;
  }

  private list(files: BatchFile[]): TemplateResult {
    return html`<ul>${files.map((file) => html`<li>
      <a class="button" href=${this.shop.api.picture(file.uri)} download=${file.path!}>${file.path}</a> <span class="quiet">${Math.ceil(Number(file.sizeBytes ?? 0) / 1000)} kB</span></li>`)}</ul>`;
  }
}

/** The material of a work order; the product's id stands for what says none. */
function materialOf(work: Work): string {
  return work.material || productOf(work.productRevision);
}

function stands(batch: Batch): string {
  if (batch.cancelTime) return say("stateCANCELLED");
  if (batch.eraseTime) return say("filesGone");
  const { sheets = 0, parts = 0 } = batch.result ?? {};
  return batch.result ? say(sheets === 1 ? "oneSheet" : "sheets", { sheets, parts }) : say("beingMade");
}

if (!customElements.get("luneo-batches")) customElements.define("luneo-batches", LuneoBatches);
