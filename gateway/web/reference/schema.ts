/** A schema as a list of fields; what a field holds is opened on demand. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { type Api, type Schema, nameOf, resolved } from "./document.js";
import { inline, paragraphs } from "./text.js";
import { WORDS } from "./words.js";

const LIMITS: [keyof Schema, string][] = [
  ["minimum", "≥"], ["maximum", "≤"], ["exclusiveMinimum", ">"], ["exclusiveMaximum", "<"],
];
const WHOLE = new Set([-(2 ** 31), 2 ** 31 - 1, 2 ** 32 - 1]);
const PAIRS: [keyof Schema, keyof Schema, string][] = [
  ["minLength", "maxLength", "characters"], ["minItems", "maxItems", "items"], ["minProperties", "maxProperties", "entries"],
];

export class LuneoSchema extends LitElement {
  static override properties = { schema: { attribute: false }, api: { attribute: false }, opened: { state: true } };
  declare schema: Schema;
  declare api: Api;
  declare opened: Set<string>;

  constructor() {
    super();
    this.opened = new Set();
  }

  protected override createRenderRoot(): this {
    return this; // the page's own styles
  }

  protected override render(): TemplateResult {
    const whole = this.whole(this.schema);
    const fields = Object.entries(whole.properties ?? {});
    if (!fields.length) return html`<p class="quiet">${whole.type === "object" ? WORDS.empty : whole.description ?? ""}</p>`;
    return html`${this.choices(whole)}<ul class="fields">${fields.map(([name, field]) => this.field(name, field, whole))}</ul>`;
  }

  private whole(schema: Schema): Schema {
    const found = resolved(this.api, schema);
    return found.anyOf?.[1] && !found.properties ? this.whole(found.anyOf[1]) : found;
  }

  private choices(whole: Schema): (TemplateResult | typeof nothing)[] {
    return (whole.allOf ?? []).map(({ oneOf = [] }) => {
      const names = oneOf.flatMap((one) => one.required ?? []);
      return names.length ? html`<p class="quiet">${WORDS.oneOf} ${names.map((name, index) => html`${index ? ", " : ""}<code>${name}</code>`)}</p>` : nothing;
    });
  }

  private field(name: string, field: Schema, owner: Schema): TemplateResult {
    const held = this.held(field);
    const required = owner.required?.includes(name);
    const text = field.description ?? "";
    return html`<li>
      <div class="field"><code class="name">${name}</code> <span class="type">${this.type(field)}</span>
        ${required ? html`<em class="must">${WORDS.required}</em>` : nothing}
        ${field.readOnly ? html`<em>${WORDS.readOnly}</em>` : nothing}
        ${limits(this.whole(field)).map((limit) => html`<span class="limit">${limit}</span>`)}</div>
      ${text ? html`<div class="said">${paragraphs(text)}</div>` : nothing}
      ${held ? this.inside(name, held) : nothing}
      ${this.values(field)}
    </li>`;
  }

  private inside(name: string, held: Schema): TemplateResult {
    const toggled = (event: Event) => {
      const open = (event.target as HTMLDetailsElement).open;
      if (open === this.opened.has(name)) return;
      const opened = new Set(this.opened);
      if (open) opened.add(name);
      else opened.delete(name);
      this.opened = opened;
    };
    return html`<details @toggle=${toggled}><summary>${nameOf(held.$ref ?? name)}</summary>
      ${this.opened.has(name) ? html`<luneo-schema .api=${this.api} .schema=${held}></luneo-schema>` : nothing}</details>`;
  }

  /** The message that a field holds, itself, in a list or in a map. */
  private held(field: Schema): Schema | undefined {
    if (field.items) return this.held(field.items);
    if (field.additionalProperties) return this.held(field.additionalProperties);
    return resolved(this.api, field).properties ? field : undefined;
  }

  private type(field: Schema): string {
    if (field.items) return `${this.type(field.items)}[]`;
    if (field.additionalProperties) return `{ [key]: ${this.type(field.additionalProperties)} }`;
    if (field.$ref) return nameOf(field.$ref);
    if (field.anyOf?.[1]) return this.type(field.anyOf[1]);
    return field.contentEncoding ?? field.format ?? field.type ?? "any";
  }

  private values(field: Schema): TemplateResult | typeof nothing {
    const found = this.whole(field.items ?? field);
    if (!found.enum) return nothing;
    const said = new Map((found.description ?? "").split("\n").filter((line) => line.startsWith("- `")).map((line) => {
      const [, value = "", text = ""] = /^- `([^`]+)`: (.*)/.exec(line) ?? [];
      return [value, text];
    }));
    return html`<details><summary>${found.enum.length} values</summary><dl>${found.enum.map((value) => html`
      <dt><code>${value}</code></dt><dd>${inline(said.get(value) ?? "")}</dd>`)}</dl></details>`;
  }
}

/** What a value must keep to, in few words. */
function limits(schema: Schema): string[] {
  const found = LIMITS.flatMap(([name, sign]) => {
    const limit = schema[name];
    return typeof limit === "number" && !WHOLE.has(limit) ? [`${sign} ${limit.toLocaleString("en")}`] : [];
  });
  for (const [least, most, what] of PAIRS) {
    const [from, to] = [schema[least], schema[most]] as [number | undefined, number | undefined];
    if (from !== undefined && to !== undefined) found.push(`${from.toLocaleString("en")} to ${to.toLocaleString("en")} ${what}`);
    else if (to !== undefined) found.push(`at most ${to.toLocaleString("en")} ${what}`);
    else if (from) found.push(`at least ${from.toLocaleString("en")} ${what}`);
  }
  if (schema.uniqueItems) found.push("no two alike");
  if (schema.pattern && !/^\^-?\??\[0-9\]\+\$$/.test(schema.pattern)) found.push(schema.pattern);
  return found;
}

customElements.define("luneo-schema", LuneoSchema);
