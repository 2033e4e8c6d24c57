/** What the parts of the workshop's page have in common. */

import { LitElement, html, nothing } from "lit";
import type { PropertyDeclarations, TemplateResult } from "lit";
import { sentenceOf } from "../widget/api.js";
import type { Shop } from "./shop.js";
import { operatorStyles } from "./styles.js";
import { say } from "./words.js";

const AGAIN_MS = 20_000;

/** A part of the page that shows what a workshop has. It reads again every 20 s while somebody looks, and whenever something was scanned. */
export class View extends LitElement {
  static override styles = operatorStyles;
  static override properties: PropertyDeclarations = { shop: { attribute: false }, place: {}, failure: { state: true }, busy: { state: true } };

  declare shop: Shop;
  /** Id of what is shown alone; "" for all. */
  declare place: string;
  /** Why reading, or what was asked for, failed. */
  declare failure: string;
  declare busy: boolean;

  /** Whether it reads again by itself. */
  protected again = true;
  private readonly observer = new IntersectionObserver((entries) => this.look(entries), { rootMargin: "200px" });
  private timer = 0;
  private readonly changed = () => this.requestUpdate();
  private readonly reread = () => {
    if (this.again && document.visibilityState === "visible" && !this.busy) void this.read();
  };

  constructor() {
    super();
    this.place = this.failure = "";
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.shop.addEventListener("changed", this.changed);
    this.shop.addEventListener("scanned", this.reread);
    this.timer = window.setInterval(this.reread, AGAIN_MS);
    void this.read();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.shop.removeEventListener("changed", this.changed);
    this.shop.removeEventListener("scanned", this.reread);
    clearInterval(this.timer);
    this.observer.disconnect();
  }

  /** Reads what is shown; why it cannot is `failure`. */
  protected async read(): Promise<void> {
    try {
      await this.load();
      if (this.failure === say("offline")) this.failure = "";
    } catch (error) {
      this.failure = sentenceOf(error);
    }
  }

  protected async load(): Promise<void> {}

  /** Does one thing at a time; returns whether it was done. */
  protected async take(action: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = "";
    try {
      await action();
      return true;
    } catch (error) {
      this.failure = sentenceOf(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  private look(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) if (entry.isIntersecting) this.shop.details.want((entry.target as HTMLElement).dataset["snapshot"]!);
  }

  protected override updated(): void {
    this.renderRoot.querySelectorAll<HTMLElement>("[data-snapshot]").forEach((one) => this.observer.observe(one));
    const dialog = this.renderRoot.querySelector("dialog");
    if (dialog && !dialog.open) dialog.showModal();
  }

  protected refusal(): TemplateResult | typeof nothing {
    return this.failure ? html`<p class="problem" role="alert">${this.failure}</p>` : nothing;
  }

  /** The picture of a design in a list. */
  protected thumb(snapshot: string): TemplateResult {
    const { picture, failure } = this.shop.details.known.get(snapshot) ?? { texts: [] };
    return html`<span class="thumb">${picture ? html`<img src=${picture} alt="" />` : html`<span class="quiet">${failure ? say("noPicture") : say("preparing")}</span>`}</span>`;
  }
}

/** A row of choices of which one holds. */
export function choices<T extends string>(legend: string, name: string, options: { value: T; label: string }[], chosen: T, choose: (value: T) => void): TemplateResult {
  return html`<div role="radiogroup" aria-label=${legend} class="choices">${options.map(({ value, label }) => html`<label class="choice">
    <input type="radio" name=${name} .checked=${value === chosen} @change=${() => choose(value)} /><span>${label}</span></label>`)}</div>`;
}

/** Asks before something is done. sure: the answer that does it. take: called with what was filled in, leave: when it is closed. */
export function question(title: string, about: TemplateResult | string, sure: string, take: (data: FormData) => void, leave: () => void): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    take(new FormData(event.target as HTMLFormElement));
  };
  return html`<dialog aria-labelledby="question" @close=${leave}>
    <form @submit=${submit}>
      <h3 id="question">${title}</h3>
      <div class="asked">${about}</div>
      <div class="answers">
        <button type="button" @click=${(event: Event) => (event.target as Element).closest("dialog")!.close()}>${say("lockNo")}</button>
        <button class="main">${sure}</button>
      </div>
    </form>
  </dialog>`;
}
