/** The little Markdown that comments of the protos use: paragraphs, lists, code and bold. */

import { html, type TemplateResult } from "lit";

const MARKED = /(`[^`]+`|\*\*[^*]+\*\*)/;

export function paragraphs(text: string): TemplateResult[] {
  return text.trim().split(/\n{2,}/).map((block) => {
    const lines = block.split("\n");
    if (lines.every((line) => line.startsWith("- "))) {
      return html`<ul>${lines.map((line) => html`<li>${inline(line.slice(2))}</li>`)}</ul>`;
    }
    return html`<p>${inline(lines.join(" "))}</p>`;
  });
}

export function inline(text: string): (string | TemplateResult)[] {
  return text.split(MARKED).map((part) => {
    if (part.startsWith("`")) return html`<code>${part.slice(1, -1)}</code>`;
    return part.startsWith("**") ? html`<strong>${part.slice(2, -2)}</strong>` : part;
  });
}
