/** The sample shop: products as cards, and one product with the widget. */

import "../widget/loader.js";
import { Api, money } from "../widget/api.js";
import type { Revision } from "../widget/api.js";
import { uriOf } from "../widget/stage.js";

interface Samples { brands: { display_name: string; key: string; products: { name: string }[] }[] }

const main = document.getElementById("main")!;

async function start(): Promise<void> {
  const response = await fetch("/samples.json");
  if (!response.ok) {
    main.replaceChildren(
      element("h1", "Luneo is running."),
      element("p", "There are no samples in this installation; `make demo` brings them in.", "lead"),
    );
    return;
  }
  const samples: Samples = await response.json();
  const wanted = new URLSearchParams(location.search).get("product");
  const owner = samples.brands.find((brand) => brand.products.some((product) => product.name === wanted));
  if (wanted && owner) showProduct(wanted, owner.key);
  else await showCards(samples);
}

function showProduct(name: string, key: string): void {
  const widget = document.createElement("luneo-product");
  for (const [attribute, value] of Object.entries({ product: name, key, open: "" })) widget.setAttribute(attribute, value);
  widget.addEventListener("luneo-loaded", () => { document.title = `Luneo: ${name.split("/").pop()}`; });
  const heading = element("h1", "Personalise", "hidden");
  main.replaceChildren(heading, widget);
}

async function showCards(samples: Samples): Promise<void> {
  const title = element("h1", "Type a name. See exactly what will be made.");
  const lead = element("p", "Every preview, print file and cutting path comes from the same outlines.", "lead");
  main.replaceChildren(title, lead);
  for (const brand of samples.brands) {
    const api = new Api(location.origin, brand.key);
    const section = element("section", "", "brand");
    const cards = element("div", "", "cards");
    section.append(element("h2", brand.display_name), cards);
    main.append(section);
    const products = await Promise.all(brand.products.map((product) => api.get<Revision>(`/v1/${product.name}:published`)));
    products.forEach((revision, index) => cards.append(card(revision, brand.products[index].name)));
  }
}

function card(revision: Revision, name: string): HTMLElement {
  const link = document.createElement("a");
  link.className = "card";
  link.href = `/?product=${encodeURIComponent(name)}`;
  const picture = new Image();
  picture.alt = "";
  picture.src = uriOf(revision, revision.template.views?.[0]?.photo ?? "");
  link.append(picture, element("strong", revision.displayName), element("span", money(revision.price, navigator.language)));
  return link;
}

function element(tag: string, text: string, name = ""): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  return made;
}

start().catch((error: Error) => main.replaceChildren(element("h1", "This page cannot be shown."), element("p", error.message, "lead")));
