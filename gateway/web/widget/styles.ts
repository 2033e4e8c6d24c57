import { css } from "lit";

export const styles = css`
  :host {
    --luneo-accent: #1f5f4a;
    --luneo-ink: #1d1f21;
    --luneo-quiet: #5c6166;
    --luneo-line: #d8dadd;
    --luneo-bad: #a8121d;
    --luneo-warn: #8a5300;
    --luneo-back: #fbfbfa;
    display: block;
    color: var(--luneo-ink);
    color-scheme: light;
    font: 16px/1.5 system-ui, sans-serif;
    container-type: inline-size;
    contain-intrinsic-inline-size: 1080px; /* wanted where the surroundings fit their content, as dialogs do */
  }
  .frame { display: grid; gap: 20px 40px; grid-template-columns: minmax(0, 1fr); }
  .stage { position: sticky; top: var(--luneo-top, 0); z-index: 1; padding-bottom: 4px; background: var(--luneo-back); }
  .stage > canvas, .pair > figure > :first-child { display: block; width: 100%; aspect-ratio: var(--ratio, 1.333); border-radius: 14px; background: #eef0f1; }
  .stage > canvas { transition: opacity 0.2s; }
  .stage.behind > canvas { opacity: 0.55; }
  .model { position: absolute; inset: 0 0 auto; aspect-ratio: var(--ratio, 1.333); margin: 0; border-radius: 14px; background: #eef0f1; touch-action: pan-y; cursor: grab; }
  .model:active { cursor: grabbing; }
  .model.wait { display: grid; place-content: center; cursor: default; color: var(--luneo-quiet); animation: breathe 1.6s ease-in-out infinite alternate; }
  .model > img { display: block; height: 100%; aspect-ratio: 1; margin: auto; user-select: none; pointer-events: none; transition: opacity 0.2s; }
  .model[aria-busy="true"] > img { opacity: 0.55; }
  .drag {
    position: absolute; inset: auto 0 12px; width: fit-content; margin: auto; display: flex; align-items: center; gap: 8px; padding: 6px 14px; border-radius: 18px;
    background: rgb(255 255 255 / 0.92); box-shadow: 0 1px 4px rgb(0 0 0 / 0.18); font-size: 14px; font-weight: 600; pointer-events: none; transition: opacity 0.4s;
  }
  .drag.done { opacity: 0; }
  .drag svg { overflow: visible; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
  .room { display: inline-flex; align-items: center; gap: 8px; min-height: 44px; margin-top: 8px; color: inherit; font-weight: 600; }
  .room img { width: 32px; height: 32px; object-fit: contain; }
  .caret { position: absolute; left: -1px; top: 0; width: 2px; height: 0; margin-top: 0; transform-origin: 1px 0; pointer-events: none; animation: caret 1.1s step-end infinite; }
  .caret::before { content: ""; position: absolute; inset: -100% 0 100%; background: #1459c8; outline: 1px solid rgb(255 255 255 / 0.75); }
  .caret[hidden] { display: none; }
  @keyframes caret { 55% { opacity: 0; } }
  @media (prefers-reduced-motion: reduce) { .caret { animation: none; } }
  .stage > .choices { margin-top: 10px; }
  .note { min-height: 21px; margin-top: 6px; }
  .field, h2 { scroll-margin-top: calc(100cqi / var(--ratio, 1.333) + 40px); }
  .field input, .field textarea, .foot button { scroll-margin: calc(100cqi / var(--ratio, 1.333) + 80px) 0 24px; }
  @container (min-width: 760px) {
    .frame { grid-template-columns: minmax(0, 1.6fr) minmax(300px, 1fr); }
    .stage { top: var(--luneo-top, 16px); align-self: start; background: none; }
    .field, h2, .field input, .field textarea, .foot button { scroll-margin: 24px 0; }
  }
  h2 { font-size: 28px; line-height: 1.2; font-weight: 650; margin: 0 0 6px; letter-spacing: -0.015em; }
  p { margin: 0; }
  .quiet { color: var(--luneo-quiet); font-size: 14px; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  form { display: grid; gap: 26px; margin-top: 22px; }
  .field { display: grid; gap: 10px; min-width: 0; }
  .head { display: flex; gap: 8px; align-items: baseline; }
  .name { font-weight: 600; }
  .count { margin-inline-start: auto; font-variant-numeric: tabular-nums; }
  textarea, input[type="text"], input[type="password"] {
    box-sizing: border-box; width: 100%; font: inherit; font-size: 18px; padding: 11px 13px;
    border: 1.5px solid #858b91; border-radius: 10px; background: #fff; color: inherit; resize: vertical;
  }
  :is(input, textarea)[aria-invalid="true"] { border-color: var(--luneo-bad); }
  :focus-visible { outline: 3px solid color-mix(in srgb, var(--luneo-accent) 60%, white); outline-offset: 2px; }
  .choices { display: flex; flex-wrap: wrap; gap: 8px; }
  .choice { position: relative; min-width: 0; }
  .choice input { position: absolute; opacity: 0; inset: 0; width: 100%; height: 100%; margin: 0; cursor: pointer; }
  .choice span {
    display: flex; align-items: center; gap: 8px; box-sizing: border-box; height: 44px; padding: 0 15px; border-radius: 22px;
    border: 1.5px solid var(--luneo-line); font-size: 14px; background: #fff; transition: border-color 0.15s;
  }
  .choice:hover span { border-color: #858b91; }
  .choice input:checked + span { border-color: var(--luneo-accent); box-shadow: inset 0 0 0 1px var(--luneo-accent); background: color-mix(in srgb, var(--luneo-accent) 8%, white); }
  .choice input:focus-visible + span { outline: 3px solid color-mix(in srgb, var(--luneo-accent) 60%, white); outline-offset: 2px; }
  .choice small { font-size: 13px; color: var(--luneo-quiet); font-variant-numeric: tabular-nums; }
  .turning { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; font-size: 14px; }
  .turning input { flex: 1 1 120px; min-width: 0; height: 44px; margin: 0; accent-color: var(--luneo-accent); }
  .word { display: block; overflow: visible; fill: currentColor; }
  .dot { flex: none; width: 18px; height: 18px; border-radius: 50%; box-shadow: inset 0 0 0 1px rgb(0 0 0 / 0.2); }
  .upload {
    position: relative; display: flex; flex-wrap: wrap; gap: 10px; align-items: center; padding: 12px;
    border: 1.5px dashed #b9bec3; border-radius: 12px; background: #fff;
  }
  .upload label, button, .next a {
    box-sizing: border-box; font: inherit; font-weight: 600; min-height: 44px; padding: 0 18px; border-radius: 10px; cursor: pointer;
    border: 1.5px solid var(--luneo-line); background: #fff; color: inherit; display: inline-flex; align-items: center; text-decoration: none;
  }
  .upload label:hover, button:hover, .next a:hover { border-color: #858b91; }
  .upload input { position: absolute; width: 1px; height: 1px; opacity: 0; }
  .upload input:focus-visible + label { outline: 3px solid color-mix(in srgb, var(--luneo-accent) 60%, white); outline-offset: 2px; }
  @media (hover: none) { .hint { display: none; } }
  .problem { display: grid; gap: 6px; font-size: 14px; color: var(--luneo-bad); }
  .problem.warning { color: var(--luneo-warn); }
  .problem + .problem { margin-top: 6px; }
  .problem button { min-height: 36px; padding: 0 13px; font-size: 14px; justify-self: start; text-align: start; overflow-wrap: anywhere; color: var(--luneo-ink); }
  [role="status"]:empty { display: none; }
  .foot { display: grid; gap: 14px; border-top: 1px solid var(--luneo-line); padding-top: 18px; }
  .price { display: flex; justify-content: space-between; align-items: baseline; gap: 12px; }
  .price strong { font-size: 26px; font-weight: 650; font-variant-numeric: tabular-nums; }
  .lines { display: grid; gap: 4px; font-size: 14px; color: var(--luneo-quiet); }
  .lines div { display: flex; justify-content: space-between; gap: 12px; font-variant-numeric: tabular-nums; }
  button.main { background: var(--luneo-accent); border-color: var(--luneo-accent); color: #fff; min-height: 52px; font-size: 17px; justify-content: center; }
  button.main:hover { background: color-mix(in srgb, var(--luneo-accent) 88%, black); border-color: transparent; }
  button.main[aria-disabled="true"] { background: #62696e; border-color: #62696e; cursor: progress; }
  .kept { display: grid; gap: 12px; margin-top: 28px; padding: 20px; border: 1px solid var(--luneo-line); border-radius: 18px; background: #fff; scroll-margin: 16px; }
  .kept h3 { margin: 0; font-size: 20px; font-weight: 650; letter-spacing: -0.01em; scroll-margin: 24px 0 70vh; }
  .kept h3:focus { outline: none; }
  .pair { display: grid; gap: 14px; }
  @container (min-width: 560px) { .pair { grid-template-columns: 1fr 1fr; } }
  figure { margin: 0; }
  figcaption { margin-top: 6px; font-size: 14px; font-weight: 600; }
  code { font-size: 13px; overflow-wrap: anywhere; }
  .next { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; }
  .error { color: var(--luneo-bad); display: grid; gap: 10px; justify-items: start; }
  .blank { border-radius: 14px; background: #e9ebec; animation: breathe 1.6s ease-in-out infinite alternate; }
  .blank.photo { aspect-ratio: 4 / 3; }
  .blank.title { height: 34px; width: 60%; }
  .blank.line { height: 18px; margin-top: 12px; }
  .blank.box { height: 120px; margin-top: 26px; }
  @keyframes breathe { to { opacity: 0.55; } }
  @media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
`;
