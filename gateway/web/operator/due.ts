/** When something has to be made, as people in a workshop say it. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { say } from "./words.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_DAYS = 7;

export type Span = "any" | "late" | "today" | "week";

/** Whether a time is within a span from now on; what is late is in every one. */
export function within(time: string | undefined, span: Span, now = new Date()): boolean {
  if (span === "any") return true;
  if (!time) return false;
  const at = new Date(time);
  if (span === "late") return at < now;
  return days(at, now) < (span === "today" ? 1 : WEEK_DAYS);
}

/** A due date. over: whether it does not matter any more. */
export function dueOf(time: string | undefined, over: boolean, now = new Date()): TemplateResult | typeof nothing {
  if (!time) return nothing;
  const at = new Date(time);
  const late = !over && at < now;
  const soon = !over && !late && days(at, now) < 1;
  return html`<time class="due ${late ? "late" : soon ? "soon" : ""}" datetime=${time}>${late ? say("lateBy", { span: span(now.getTime() - at.getTime()) }) : said(at, now)}</time>`;
}

function said(at: Date, now: Date): string {
  const clock = at.toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit" });
  const ahead = days(at, now);
  if (ahead === 0) return say("dueToday", { clock });
  if (ahead === 1) return say("dueTomorrow", { clock });
  const near = ahead > 0 && ahead < WEEK_DAYS;
  const day = at.toLocaleDateString(undefined, near ? { weekday: "short" } : { day: "numeric", month: "short" });
  return near ? say("dueOn", { day, clock }) : day;
}

/** Nights between two times, by the calendar of this place. */
function days(at: Date, now: Date): number {
  const midnight = (time: Date) => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(at) - midnight(now)) / DAY_MS);
}

function span(ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  if (hours < 1) return say("minutes", { count: Math.max(1, Math.floor(ms / 60_000)) });
  return hours < 48 ? say("hours", { count: hours }) : say("days", { count: Math.floor(hours / 24) });
}

/** A time that is past, as people write it. */
export function moment(time: string | undefined): string {
  return time ? new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }) : "";
}

/** Who did something, short: "key dcjan7". */
export function whoOf(by: string | undefined): string {
  const [kind = "", id = ""] = (by ?? "").split(":");
  return `${kind} ${id.slice(0, 6)}`.trim();
}

/** A time as the field for dates and times has it: local, to the minute. */
export function fieldValue(time: string | undefined): string {
  if (!time) return "";
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
