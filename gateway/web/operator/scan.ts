/** <luneo-scan>: takes what a barcode scanner types, wherever the cursor is, and says big what became of it. */

import { html, nothing } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { ApiError, sentenceOf } from "../widget/api.js";
import { Burst } from "./burst.js";
import { idOf } from "./shop.js";
import { full, named, stateOf } from "./states.js";
import type { State, Work } from "./states.js";
import { View } from "./view.js";
import { say } from "./words.js";

const BENCH_SLOT = "luneo-bench";
const BENCHES: (State | "")[] = ["", "QUEUED", "IN_PRODUCTION", "QUALITY_CHECK"];

/** What became of a scan. work: what was moved; none if it was refused. */
interface Outcome { barcode: string; work?: Work; refusal?: string }

export class LuneoScan extends View {
  static override properties = { outcome: { state: true }, bench: { state: true } };

  declare outcome: Outcome | undefined;
  /** Where what is scanned here has to stand; "" for anywhere. */
  declare bench: State | "";

  private readonly burst = new Burst((barcode) => void this.scan(barcode));
  private readonly waiting: string[] = [];

  constructor() {
    super();
    const kept = localStorage.getItem(BENCH_SLOT) as State | null;
    this.bench = kept && BENCHES.includes(kept) ? kept : "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", this.key, { capture: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("keydown", this.key, { capture: true });
  }

  protected override firstUpdated(_: PropertyValues): void {
    this.input.focus();
  }

  private get input(): HTMLInputElement {
    return this.renderRoot.querySelector("input")!;
  }

  /** A scanner is heard in any field; what else is typed outside of fields goes into this one. */
  private key = (event: KeyboardEvent): void => {
    if (this.burst.heard(event)) return;
    const target = event.composedPath()[0] as HTMLElement;
    const typing = target.matches("input:not([type=radio], [type=checkbox]), textarea, select") || target.closest("dialog");
    if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && /^[0-9A-Za-z]$/.test(event.key)) this.input.focus();
  };

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    const barcode = this.input.value.trim();
    this.input.value = "";
    if (barcode) void this.scan(barcode);
  }

  /** Moves what was scanned, one after the other. */
  private async scan(barcode: string): Promise<void> {
    this.waiting.push(barcode);
    if (this.waiting.length > 1) return;
    for (let next; (next = this.waiting[0]); this.waiting.shift()) this.outcome = await this.moved(next);
  }

  private async moved(barcode: string): Promise<Outcome> {
    try {
      const body = { barcode, ...(this.bench && { fromState: full(this.bench) }) };
      const work = await this.shop.api.post<Work>(this.shop.path("workOrders:scan"), body, { once: true });
      this.shop.details.want(work.snapshot!);
      this.shop.dispatchEvent(new Event("scanned"));
      return { barcode, work };
    } catch (error) {
      const unknown = error instanceof ApiError && error.status === 404;
      return { barcode, refusal: unknown ? say("scanUnknown") : sentenceOf(error) };
    }
  }

  protected override render(): TemplateResult {
    return html`<form class="scan" @submit=${this.submit}>
        <label for="barcode">${say("scan")}</label>
        <input id="barcode" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" placeholder=${say("scanHere")} />
        <label for="bench">${say("bench")}</label>
        <select id="bench" @change=${this.chooseBench}>${BENCHES.map((one) => html`<option value=${one} ?selected=${one === this.bench}>
          ${one ? say(`bench${one as "QUEUED"}`) : say("benchAny")}</option>`)}</select>
      </form>
      <div class="outcome" role="status" aria-live="assertive">${this.outcome ? this.told(this.outcome) : nothing}</div>`;
  }

  private chooseBench(event: Event): void {
    this.bench = (event.target as HTMLSelectElement).value as State | "";
    localStorage.setItem(BENCH_SLOT, this.bench);
    this.input.focus();
  }

  private told({ barcode, work, refusal }: Outcome): TemplateResult {
    const close = html`<button type="button" class="dismiss" aria-label=${say("dismiss")} @click=${() => { this.outcome = undefined; this.input.focus(); }}>✕</button>`;
    if (!work) return html`<div class="told refused"><b aria-hidden="true">✕</b><div><strong>${refusal}</strong><code>${barcode}</code></div>${close}</div>`;
    return html`<div class="told moved"><b aria-hidden="true">✓</b>${this.thumb(work.snapshot!)}
      <div><strong>${named(stateOf(work))}</strong>
        <span>${work.quantity} × ${this.shop.details.wordsOf(work.snapshot!)}</span>
        <code>${work.barcode}</code> <a href="#work/${idOf(work.name)}">${say("look")}</a></div>${close}</div>`;
  }
}

if (!customElements.get("luneo-scan")) customElements.define("luneo-scan", LuneoScan);
