/** <luneo-orders>: what was bought, and one order with its items and what is done about each. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Order, OrderItem, OrderState } from "../api/types.js";
import { money } from "../widget/api.js";
import { dueOf, moment, whoOf } from "./due.js";
import { idOf, productOf, titleOf } from "./shop.js";
import { named, orderNamed, stateOf } from "./states.js";
import type { Work } from "./states.js";
import { View, choices, question } from "./view.js";
import { say } from "./words.js";

type Step = "pay" | "ship" | "cancel";
const ANY = "ORDER_STATE_UNSPECIFIED";
const STATES: OrderState[] = [ANY, "ORDER_STATE_PENDING", "ORDER_STATE_PAID", "ORDER_STATE_IN_PRODUCTION", "ORDER_STATE_MADE", "ORDER_STATE_SHIPPED", "ORDER_STATE_CANCELLED"];
/** What a person can do; the rest follows from the work. */
const STEPS: Partial<Record<OrderState, Step[]>> = {
  ORDER_STATE_PENDING: ["pay", "cancel"], ORDER_STATE_PAID: ["cancel"], ORDER_STATE_IN_PRODUCTION: ["cancel"], ORDER_STATE_MADE: ["ship", "cancel"],
};
const OVER: (OrderState | undefined)[] = ["ORDER_STATE_MADE", "ORDER_STATE_SHIPPED", "ORDER_STATE_CANCELLED"];

export class LuneoOrders extends View {
  static override properties = { orders: { state: true }, order: { state: true }, works: { state: true }, state: { state: true }, asking: { state: true } };

  declare orders: Order[] | undefined;
  declare order: Order | undefined;
  declare works: Work[];
  declare state: OrderState;
  declare asking: boolean;

  constructor() {
    super();
    this.state = ANY;
    this.works = [];
    this.asking = false;
  }

  protected override async load(): Promise<void> {
    if (!this.place) return void (this.orders = await this.shop.list<Order>("orders", { state: this.state }, 1));
    const name = this.shop.name("orders", this.place);
    [this.order, this.works] = await Promise.all([this.shop.api.get<Order>(`/v1/${name}`), this.shop.list<Work>("workOrders", { order: name })]);
  }

  private step(step: Step, body: object = {}): void {
    const { name, etag } = this.order!;
    void this.take(async () => {
      this.order = await this.shop.api.post<Order>(`/v1/${name}:${step}`, { etag, ...body });
      await this.load();
    });
  }

  protected override render(): TemplateResult {
    if (this.place) return this.order ? this.whole(this.order) : html`${this.refusal()}`;
    const states = STATES.map((value) => ({ value, label: value === ANY ? say("all") : orderNamed(value) }));
    return html`<div class="filters">${choices<OrderState>(say("state"), "state", states, this.state, (value) => { this.state = value; void this.read(); })}</div>
      ${this.refusal()}
      ${this.orders?.length === 0 ? html`<p class="none">${say("noOrders")}</p>` : nothing}
      ${this.orders?.length ? html`<table><thead><tr>${["order", "state", "due", "items", "total"].map((head) => html`<th scope="col">${say(head as "order")}</th>`)}</tr></thead>
        <tbody>${this.orders.map((order) => this.row(order))}</tbody></table>` : nothing}`;
  }

  private row(order: Order): TemplateResult {
    const count = order.items.reduce((sum, { quantity }) => sum + quantity, 0);
    return html`<tr><th scope="row"><a href="#orders/${idOf(order.name)}">${titleOf(order)}</a></th><td>${orderNamed(order.state)}</td>
      <td>${dueOf(order.dueTime, OVER.includes(order.state))}</td><td>${count}</td><td>${totalOf(order)}</td></tr>`;
  }

  private whole(order: Order): TemplateResult {
    const leave = () => { this.asking = false; };
    const steps = STEPS[order.state ?? ANY] ?? [];
    return html`<a class="back" href="#orders">${say("orders")}</a>
      <div class="bar"><h2>${titleOf(order)}</h2><p class="stand"><strong class=${(order.state ?? "").slice("ORDER_STATE_".length).toLowerCase()}>${orderNamed(order.state)}</strong>
        ${dueOf(order.dueTime, OVER.includes(order.state))}</p></div>
      ${this.refusal()}
      <ul class="items">${order.items.map((item) => this.item(order, item))}</ul>
      <p class="sum"><span>${say("total")}</span> <strong>${totalOf(order)}</strong></p>
      <div class="steps">${steps.map((step) => html`<button type="button" class=${step === "cancel" ? "" : "main"} aria-disabled=${this.busy ? "true" : "false"}
        aria-haspopup=${step === "cancel" ? "dialog" : nothing} @click=${() => (step === "cancel" ? (this.asking = true) : this.step(step))}>${say(`order${step}`)}</button>`)}</div>
      <section class="history" aria-labelledby="history"><h3 id="history">${say("history")}</h3>
        <ol>${order.history?.map((event) => html`<li><b>${orderNamed(event.state)}</b> <span class="quiet">${moment(event.time)} · ${whoOf(event.by)}</span>${event.reason ? html`<p>${event.reason}</p>` : nothing}</li>`)}</ol></section>
      ${this.asking ? question(say("cancelTitle"), html`<p>${say("cancelAbout")}</p><label for="reason">${say("cancelWhy")}</label><textarea id="reason" name="reason" rows="2" maxlength="500" autofocus></textarea>`,
        say("cancelSure"), (data) => { leave(); this.step("cancel", { reason: String(data.get("reason")).trim() }); }, leave) : nothing}`;
  }

  private item(order: Order, item: OrderItem): TemplateResult {
    const detail = this.shop.details.known.get(item.snapshot);
    const works = this.works.filter((work) => work.itemNumber === item.number);
    const price = money({ currencyCode: order.currencyCode, amountCents: item.totalCents ?? "0" }, navigator.language);
    return html`<li data-snapshot=${item.snapshot}>${this.thumb(item.snapshot)}
      <div class="about"><strong>${this.shop.details.wordsOf(item.snapshot) || productOf(item.productRevision)}</strong>
        <span class="what"><b>${item.quantity} ×</b> ${detail?.product ?? productOf(item.productRevision)} · ${price}</span></div>
      <ul class="works">${works.map((work) => html`<li><a href="#work/${idOf(work.name)}"><code>${work.barcode}</code> ${named(stateOf(work))}</a></li>`)}</ul></li>`;
  }
}

function totalOf(order: Order): string {
  return money({ currencyCode: order.currencyCode, amountCents: order.totalCents ?? "0" }, navigator.language);
}

if (!customElements.get("luneo-orders")) customElements.define("luneo-orders", LuneoOrders);
