/** <luneo-operator>: the workshop's page, opened with its own key: the way in, what there is to see, and the scanner. */

import { LitElement, html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { Api, sentenceOf } from "../widget/api.js";
import "./batches.js";
import "./board.js";
import "./designs.js";
import { workIn } from "./due.js";
import "./orders.js";
import "./scan.js";
import { Shop } from "./shop.js";
import { operatorStyles } from "./styles.js";
import { say } from "./words.js";
import "./work.js";

const KEY_SLOT = "luneo-operator";
const PARTS = [{ part: "", word: "board" }, { part: "batches", word: "batches" }, { part: "orders", word: "orders" }, { part: "designs", word: "designs" }] as const;

export class LuneoOperator extends LitElement {
  static override styles = operatorStyles;
  static override properties = { api: {}, brand: { state: true }, shop: { state: true }, failure: { state: true }, loading: { state: true }, at: { state: true } };

  declare api: string;
  declare brand: string;
  /** The workshop, once its key was let in. */
  declare shop: Shop | undefined;
  declare failure: string;
  declare loading: boolean;
  /** What is shown, as the address has it: "", "work/3kq…", "batches". */
  declare at: string;

  private readonly turn = () => {
    this.at = location.hash.slice(1);
    scrollTo(0, 0);
  };

  constructor() {
    super();
    this.api = location.origin;
    this.brand = this.failure = "";
    this.loading = false;
    this.at = location.hash.slice(1);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.turn);
    const known = sessionStorage.getItem(KEY_SLOT);
    if (!known) return;
    const { brand, key } = JSON.parse(known) as { brand: string; key: string };
    void this.open(brand, key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.turn);
  }

  private async open(brand: string, key: string): Promise<void> {
    this.brand = brand.replace(/^brands\//, "");
    const shop = new Shop(new Api(this.api, key, new URLSearchParams(location.search).has("trace")), this.brand);
    if (!(await this.admitted(shop))) return this.leave();
    sessionStorage.setItem(KEY_SLOT, JSON.stringify({ brand: this.brand, key }));
    workIn(await shop.timeZone());
    this.shop = shop;
  }

  /** Whether the key may see renders. A shopper's may not, but would be shown an empty list of snapshots. */
  private async admitted(shop: Shop): Promise<boolean> {
    this.loading = true;
    this.failure = "";
    try {
      await shop.api.get(shop.path("renders?pageSize=1"));
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
    this.shop = undefined;
  }

  protected override render(): TemplateResult {
    return this.shop ? this.inside(this.shop) : this.door();
  }

  private door(): TemplateResult {
    return html`<form class="door" @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const data = new FormData(event.target as HTMLFormElement);
      void this.open(String(data.get("brand")).trim(), String(data.get("key")).trim());
    }}>
      <h2>${say("title")}</h2>
      <p class="quiet">${say("about")}</p>
      <label for="brand">${say("brand")}</label>
      <input type="text" id="brand" name="brand" required autocomplete="organization" placeholder="hearth-oak" .value=${this.brand} />
      <label for="key">${say("key")}</label>
      <input type="password" id="key" name="key" required autocomplete="current-password"
        aria-invalid=${this.failure ? "true" : "false"} aria-describedby="refused" />
      <button class="main" aria-disabled=${this.loading ? "true" : "false"}>${this.loading ? say("opening") : say("open")}</button>
      <div id="refused">${this.failure ? html`<p class="problem" role="alert">${this.failure}</p>` : nothing}</div>
    </form>`;
  }

  private inside(shop: Shop): TemplateResult {
    const [part = "", place = ""] = this.at.split("/");
    const under = part === "work" ? "" : part;
    return html`<header><h2>${this.brand}</h2>
        <nav aria-label=${say("title")}>${PARTS.map(({ part: one, word }) => html`<a href="#${one}" aria-current=${one === under ? "page" : nothing}>${say(word)}</a>`)}</nav>
        <button type="button" @click=${this.leave}>${say("close")}</button></header>
      <luneo-scan .shop=${shop}></luneo-scan>
      ${this.shown(shop, part, place)}`;
  }

  /** What an address shows: for another place another element, so that nothing of the one before is seen. */
  private shown(shop: Shop, part: string, place: string): unknown {
    switch (part) {
      case "work": return keyed(place, html`<luneo-work .shop=${shop} .place=${place}></luneo-work>`);
      case "batches": return keyed(place, html`<luneo-batches .shop=${shop} .place=${place}></luneo-batches>`);
      case "orders": return keyed(place, html`<luneo-orders .shop=${shop} .place=${place}></luneo-orders>`);
      case "designs": return html`<luneo-designs .shop=${shop}></luneo-designs>`;
      default: return html`<luneo-board .shop=${shop}></luneo-board>`;
    }
  }
}

if (!customElements.get("luneo-operator")) customElements.define("luneo-operator", LuneoOperator);
