import { css } from "lit";

export const styles = css`
  :host {
    --luneo-accent: #1f5f4a;
    --luneo-ink: #1d1f21;
    --luneo-quiet: #5c6166;
    --luneo-line: #d8dadd;
    --luneo-bad: #a8121d;
    --luneo-warn: #8a5300;
    display: block;
    color: var(--luneo-ink);
    font: 16px/1.5 system-ui, sans-serif;
    container-type: inline-size;
  }
  .frame { display: grid; gap: 24px; grid-template-columns: minmax(0, 1fr); }
  @container (min-width: 760px) {
    .frame { grid-template-columns: minmax(0, 1.6fr) minmax(300px, 1fr); gap: 40px; }
  }
  .stage { position: relative; }
  @container (min-width: 760px) { .stage { position: sticky; top: 16px; align-self: start; } }
  canvas, .made img { display: block; width: 100%; border-radius: 14px; background: #eef0f1; }
  h2 { font-size: 26px; line-height: 1.2; font-weight: 650; margin: 0 0 6px; letter-spacing: -0.01em; }
  p { margin: 0; }
  .quiet { color: var(--luneo-quiet); font-size: 14px; }
  form { display: grid; gap: 22px; margin-top: 22px; }
  fieldset { border: 0; padding: 0; margin: 0; min-width: 0; display: grid; gap: 10px; }
  legend, label.name { font-weight: 600; padding: 0; display: flex; gap: 8px; align-items: baseline; }
  textarea, input[type="text"] {
    box-sizing: border-box; width: 100%; font: inherit; font-size: 18px; padding: 11px 13px;
    border: 1.5px solid #858b91; border-radius: 9px; background: #fff; color: inherit; resize: vertical;
  }
  [aria-invalid="true"] { border-color: var(--luneo-bad); }
  :focus-visible { outline: 3px solid color-mix(in srgb, var(--luneo-accent) 55%, white); outline-offset: 2px; }
  .choices { display: flex; flex-wrap: wrap; gap: 8px; }
  .choice { position: relative; }
  .choice input { position: absolute; opacity: 0; inset: 0; width: 100%; height: 100%; margin: 0; cursor: pointer; }
  .choice span {
    display: flex; align-items: center; gap: 8px; min-height: 36px; padding: 0 13px; border-radius: 18px;
    border: 1.5px solid var(--luneo-line); font-size: 14px; background: #fff;
  }
  .choice input:checked + span { border-color: var(--luneo-accent); box-shadow: inset 0 0 0 1px var(--luneo-accent); font-weight: 600; }
  .choice input:focus-visible + span { outline: 3px solid color-mix(in srgb, var(--luneo-accent) 55%, white); outline-offset: 2px; }
  .dot { width: 16px; height: 16px; border-radius: 50%; box-shadow: inset 0 0 0 1px rgb(0 0 0 / 0.2); }
  .upload { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; }
  .upload label, button {
    font: inherit; font-weight: 600; min-height: 44px; padding: 0 18px; border-radius: 10px; cursor: pointer;
    border: 1.5px solid var(--luneo-line); background: #fff; color: inherit; display: inline-flex; align-items: center;
  }
  .upload input { position: absolute; width: 1px; height: 1px; opacity: 0; }
  .upload input:focus-visible + label { outline: 3px solid color-mix(in srgb, var(--luneo-accent) 55%, white); outline-offset: 2px; }
  .problem { display: grid; gap: 4px; font-size: 14px; color: var(--luneo-bad); }
  .problem.warning { color: var(--luneo-warn); }
  .problem button { min-height: 32px; padding: 0 12px; font-size: 14px; justify-self: start; }
  .foot { display: grid; gap: 14px; border-top: 1px solid var(--luneo-line); padding-top: 18px; }
  .price { display: flex; justify-content: space-between; align-items: baseline; gap: 12px; }
  .price strong { font-size: 24px; font-variant-numeric: tabular-nums; }
  .lines { display: grid; gap: 2px; font-size: 14px; color: var(--luneo-quiet); }
  .lines div { display: flex; justify-content: space-between; gap: 12px; font-variant-numeric: tabular-nums; }
  button.main { background: var(--luneo-accent); border-color: var(--luneo-accent); color: #fff; min-height: 50px; justify-content: center; }
  button.main[aria-disabled="true"] { background: #6d7479; border-color: #6d7479; cursor: not-allowed; }
  .made { display: grid; gap: 8px; margin: 20px 0 0; padding: 14px; border: 1px solid var(--luneo-line); border-radius: 14px; background: #f7f8f8; }
  .made code { font-size: 12px; overflow-wrap: anywhere; }
  .error { color: var(--luneo-bad); display: grid; gap: 10px; justify-items: start; }
  @media (prefers-color-scheme: dark) { :host { color-scheme: light; } }
`;
