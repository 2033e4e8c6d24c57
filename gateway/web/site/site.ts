/** The sample shop: products as cards that show what is typed, and one product with the widget. */

import "../widget/loader.js";
import { Api } from "../widget/api.js";
import type { Revision, ZoneValue } from "../widget/messages.js";
import { Card } from "./card.js";
import { TRIED, say } from "./words.js";

interface Brand { display_name: string; key: string; products: { name: string }[] }
interface Samples { brands: Brand[] }
interface Changed { design: Record<string, ZoneValue>; options: Record<string, string> }

const main = document.getElementById("main")!;

async function start(): Promise<void> {
  const response = await fetch("/samples.json");
  if (!response.ok) {
    main.replaceChildren(element("h1", say("running")), element("p", say("noSamples"), "lead"));
    return;
  }
  const { brands }: Samples = await response.json();
  const query = new URLSearchParams(location.search);
  const wanted = query.get("product");
  const owner = brands.find((brand) => brand.products.some((product) => product.name === wanted));
  if (wanted && owner) showProduct(wanted, owner.key, query);
  else await showCards(brands);
}

function showProduct(product: string, key: string, query: URLSearchParams): void {
  const widget = document.createElement("luneo-product");
  for (const [name, value] of Object.entries({ product, key, open: "" })) widget.setAttribute(name, value);
  for (const name of ["design", "options", "trace"]) if (query.get(name)) widget.setAttribute(name, query.get(name)!);
  widget.addEventListener("luneo-loaded", (event) => {
    document.title = `${(event as CustomEvent<{ displayName: string }>).detail.displayName} · Luneo`;
  });
  widget.addEventListener("luneo-changed", (event) => remember(product, (event as CustomEvent<Changed>).detail));
  const next = link("/operator", say("toWorkshop"));
  next.slot = "kept";
  widget.append(next);
  const back = link("/", say("toProducts"));
  back.className = "back";
  main.replaceChildren(back, element("h1", say("personalise"), "hidden"), widget);
}

/** Keeps words and choices in the address, so that they survive a reload and can be sent on. Uploads stay their owner's. */
function remember(product: string, { design, options }: Changed): void {
  const words = Object.fromEntries(Object.entries(design).filter(([, value]) => !value.artwork));
  const chosen = Object.keys(options).length ? { options: JSON.stringify(options) } : {};
  history.replaceState(null, "", `/?${new URLSearchParams({ product, design: JSON.stringify(words), ...chosen })}`);
}

async function showCards(brands: Brand[]): Promise<void> {
  const field = document.createElement("input");
  Object.assign(field, { id: "name", type: "text", dir: "auto", maxLength: 40, autocomplete: "off", placeholder: TRIED[0] });
  const label = element("label", say("name"));
  label.setAttribute("for", field.id);
  const grid = element("div", "", "cards");
  const hero = element("div", "", "hero");
  hero.append(element("h1", say("title")), element("p", say("lead"), "lead"), label, field);
  main.replaceChildren(hero, grid);
  const cards = await Promise.all(brands.flatMap((brand) => brand.products.map((product) => card(brand, product.name))));
  cards.forEach((one, index) => {
    one.text = TRIED[index % TRIED.length]!;
    one.show(field.value.trim());
  });
  grid.append(...cards.map((one) => one.element));
  field.addEventListener("input", () => cards.forEach((one) => one.show(field.value.trim())));
}

async function card(brand: Brand, product: string): Promise<Card> {
  const api = new Api(location.origin, brand.key);
  const revision = await api.get<Revision>(`/v1/${product}:published`);
  return new Card(revision, product, brand.display_name, api);
}

function link(href: string, text: string): HTMLAnchorElement {
  return Object.assign(document.createElement("a"), { href, textContent: text });
}

function element(tag: string, text: string, name = ""): HTMLElement {
  return Object.assign(document.createElement(tag), { textContent: text, className: name });
}

start().catch((error: Error) => main.replaceChildren(element("h1", say("broken")), element("p", error.message, "lead")));
