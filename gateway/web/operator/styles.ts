import { css } from "lit";

/** A dark workshop, read from a metre: large, plain, and colour only where it says something. */
export const operatorStyles = css`
  :host {
    --back: #14171a; --panel: #20262b; --raised: #2b333a; --line: #48535c; --ink: #f4f6f7; --quiet: #b4bfc7;
    --go: #6fd9ae; --on-go: #06281b; --late: #ff9a8f; --late-back: #5a1a17; --soon: #ffd166; --info: #8fc7ff;
    display: block; color: var(--ink); color-scheme: dark; font: 18px/1.45 system-ui, sans-serif;
  }
  *, ::before, ::after { box-sizing: border-box; }
  h2, h3, p { margin: 0; }
  h2 { font-size: 30px; line-height: 1.2; font-weight: 650; overflow-wrap: anywhere; }
  h3 { font-size: 21px; }
  a { color: var(--info); }
  ol, ul { list-style: none; margin: 0; padding: 0; }
  code { font: 500 17px/1.3 ui-monospace, monospace; letter-spacing: 0.04em; color: var(--quiet); overflow-wrap: anywhere; }
  .quiet { color: var(--quiet); font-size: 16px; }
  .none { padding: 48px 16px; text-align: center; color: var(--quiet); font-size: 24px; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  :focus-visible { outline: 3px solid var(--info); outline-offset: 2px; }
  [role="status"]:empty { display: none; }

  button, .button {
    display: inline-flex; align-items: center; justify-content: center; min-height: 48px; padding: 6px 20px; border-radius: 10px; cursor: pointer;
    font: inherit; font-weight: 600; color: var(--ink); background: var(--raised); border: 1.5px solid var(--line); text-decoration: none;
  }
  button:hover, .button:hover { border-color: var(--quiet); }
  .main { background: var(--go); border-color: var(--go); color: var(--on-go); }
  [aria-disabled="true"] { opacity: 0.6; cursor: progress; }
  input, select, textarea { width: 100%; min-height: 48px; padding: 8px 14px; font: inherit; color: var(--ink); background: #0d0f11; border: 1.5px solid #7b8790; border-radius: 10px; }
  input[type="checkbox"] { width: 28px; min-height: 28px; margin: 0; accent-color: var(--go); }
  [aria-invalid="true"] { border-color: var(--late); }
  label { font-weight: 600; }
  .problem { padding: 12px 16px; border-radius: 10px; color: #ffd9d5; background: var(--late-back); font-weight: 600; margin: 8px 0; }
  .door { display: grid; gap: 10px; max-width: 440px; margin: 32px auto; }
  .door .main { margin-top: 14px; }

  header { display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: center; margin-bottom: 14px; }
  header nav { display: flex; flex-wrap: wrap; gap: 4px; flex: 1; }
  header nav a { padding: 10px 16px; border-radius: 10px; color: var(--ink); text-decoration: none; font-weight: 600; font-size: 20px; }
  header nav a:hover { background: var(--panel); }
  header nav a[aria-current] { background: var(--raised); box-shadow: inset 0 -3px 0 var(--go); }
  .bar { display: flex; flex-wrap: wrap; gap: 10px 20px; align-items: center; margin-bottom: 16px; }
  .bar h2 { flex: 1; }
  .back { display: inline-block; padding: 8px 0; margin-bottom: 6px; font-weight: 600; }
  .back::before { content: "← "; content: "← " / ""; }

  .scan { display: grid; grid-template-columns: auto minmax(180px, 1fr) auto minmax(200px, auto); gap: 8px 14px; align-items: center; padding: 12px 16px; border-radius: 14px; background: var(--panel); margin-bottom: 14px; }
  .scan input { min-height: 60px; font: 600 30px/1 ui-monospace, monospace; letter-spacing: 0.12em; text-transform: uppercase; }
  .scan input::placeholder { font: 400 20px system-ui, sans-serif; letter-spacing: 0; text-transform: none; color: var(--quiet); }
  .scan input:focus { outline: 3px solid var(--go); border-color: var(--go); }
  .told { display: flex; gap: 20px; align-items: center; padding: 16px 20px; margin-bottom: 14px; border-radius: 14px; border: 3px solid; }
  .told > div { flex: 1; min-width: 0; display: flex; flex-wrap: wrap; gap: 2px 16px; align-items: baseline; }
  .told strong { flex-basis: 100%; font-size: 34px; line-height: 1.2; }
  .told span { font-size: 22px; }
  .told > b { font-size: 52px; line-height: 1; }
  .told code { font-size: 20px; color: inherit; }
  .told .thumb { width: 120px; }
  .told.moved { background: #0f3a2a; border-color: var(--go); }
  .told.refused { background: var(--late-back); border-color: var(--late); }
  .dismiss { min-width: 48px; padding: 0; background: none; }

  .filters { display: flex; flex-wrap: wrap; gap: 10px 24px; align-items: center; margin-bottom: 16px; }
  .choices { display: flex; flex-wrap: wrap; gap: 6px; }
  .choice { position: relative; font-weight: 500; }
  .choice input { position: absolute; inset: 0; width: 100%; height: 100%; min-height: 0; opacity: 0; margin: 0; cursor: pointer; }
  .choice span { display: flex; align-items: center; min-height: 46px; padding: 0 15px; border-radius: 23px; border: 1.5px solid var(--line); }
  .choice:hover span { border-color: var(--quiet); }
  .choice input:checked + span { background: var(--ink); border-color: var(--ink); color: var(--back); font-weight: 650; }
  .choice input:focus-visible + span { outline: 3px solid var(--info); outline-offset: 2px; }
  .inline { display: flex; gap: 10px; align-items: center; }
  .inline select { width: auto; max-width: 300px; }

  .columns { display: grid; gap: 18px; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); align-items: start; }
  .columns h3 { display: flex; gap: 10px; align-items: center; padding: 4px 2px 10px; }
  .count { min-width: 34px; padding: 1px 9px; border-radius: 17px; text-align: center; background: var(--raised); font-size: 18px; }
  .columns ul { display: grid; gap: 12px; }
  .columns.alone ul { grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); }
  .card { display: grid; grid-template-columns: 92px minmax(0, 1fr); gap: 10px 14px; align-content: start; padding: 12px; height: 100%; border-radius: 14px; border: 1.5px solid transparent; border-inline-start: 8px solid var(--line); background: var(--panel); color: inherit; text-decoration: none; }
  .card:hover { background: var(--raised); }
  .in_production .card { border-inline-start-color: var(--info); }
  .quality_check .card { border-inline-start-color: var(--soon); }
  .done .card { border-inline-start-color: var(--go); }
  .card.late { border-color: var(--late); background: #33191a; }
  .rejected .card { border-inline-start-color: var(--late); }
  .thumb { flex: none; display: grid; place-items: center; width: 92px; aspect-ratio: 4 / 3; border-radius: 10px; background: #dfe3e6; color: #3c444a; overflow: hidden; text-align: center; align-self: start; }
  .thumb .quiet { color: inherit; font-size: 14px; line-height: 1.2; }
  .thumb img { width: 100%; height: 100%; object-fit: cover; }
  .about { display: flex; flex-direction: column; align-items: flex-start; gap: 4px; min-width: 0; flex: 1; }
  .about strong { font-size: 22px; line-height: 1.22; white-space: pre-line; overflow-wrap: anywhere; unicode-bidi: plaintext; }
  .what b, h2 b { font-variant-numeric: tabular-nums; color: var(--soon); }
  .due { padding: 1px 10px; border-radius: 8px; background: var(--raised); font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .due.soon { background: var(--soon); color: #2d2100; }
  .due.late { background: var(--late); color: #3d0a07; }
  .due.late::before { content: "! "; font-weight: 800; }
  .foot { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; }
  .foot em { font-style: normal; font-size: 15px; color: var(--quiet); }
  .foot em.bad { color: var(--late); }

  .one { display: grid; gap: 20px 32px; grid-template-columns: minmax(0, 1fr); }
  .one > figure { margin: 0; display: grid; place-items: center; aspect-ratio: 4 / 3; border-radius: 16px; overflow: hidden; background: var(--panel); align-self: start; text-align: center; }
  .one > figure img { width: 100%; height: 100%; object-fit: contain; background: #fff; }
  .facts { display: grid; gap: 14px; align-content: start; min-width: 0; }
  .stand { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; font-size: 22px; }
  .stand strong { padding: 3px 14px; border-radius: 10px; background: var(--raised); box-shadow: inset 6px 0 0 var(--quiet); padding-inline-start: 20px; }
  .stand .in_production { box-shadow: inset 6px 0 0 var(--info); }
  .stand .quality_check { box-shadow: inset 6px 0 0 var(--soon); }
  .stand :is(.done, .made, .shipped) { box-shadow: inset 6px 0 0 var(--go); }
  .stand :is(.rejected, .cancelled) { box-shadow: inset 6px 0 0 var(--late); }
  .words { display: grid; gap: 2px; padding: 12px 16px; border-radius: 12px; background: var(--panel); }
  .words strong { font-size: 32px; line-height: 1.2; white-space: pre-line; overflow-wrap: anywhere; unicode-bidi: plaintext; }
  .words .typed { font-size: 22px; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
  .steps { display: flex; flex-wrap: wrap; gap: 12px; }
  .steps button { min-height: 60px; font-size: 20px; }
  .steps .main { min-width: 240px; font-size: 23px; }
  dl { display: flex; flex-wrap: wrap; gap: 12px 32px; margin: 0; }
  dt { font-size: 16px; color: var(--quiet); }
  dd { margin: 0; }
  .barcode { font-size: 26px; color: var(--ink); }
  .notes, .history { display: grid; gap: 10px; align-content: start; padding: 16px; border-radius: 14px; background: var(--panel); }
  .history { margin-top: 0; }
  :is(.notes, .history) li { padding: 8px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
  :is(.notes, .history) form { display: grid; gap: 8px; justify-items: start; margin-top: 8px; }
  .notes p { font-size: 20px; }

  table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th, td { padding: 12px 14px; text-align: start; border-bottom: 1px solid var(--line); }
  thead th { font-size: 16px; color: var(--quiet); font-weight: 500; }
  tbody th { font-size: 20px; }
  tbody tr:hover { background: var(--panel); }
  .items { display: grid; gap: 12px; }
  .items > li { display: flex; flex-wrap: wrap; gap: 10px 18px; align-items: center; padding: 12px; border-radius: 14px; background: var(--panel); }
  .items .works { display: grid; gap: 4px; }
  .works a { display: inline-flex; gap: 10px; align-items: center; min-height: 44px; }
  .sum { display: flex; justify-content: flex-end; gap: 16px; padding: 12px; font-size: 22px; }
  luneo-orders .history, .steps + .history { margin-top: 20px; }

  .new { display: grid; gap: 20px 28px; align-items: start; margin-top: 12px; }
  fieldset { min-width: 0; margin: 0; padding: 0 0 8px; border: 0; }
  legend { font-size: 21px; font-weight: 650; padding: 0 0 8px; }
  .settings { display: grid; gap: 10px; padding: 16px; border-radius: 14px; background: var(--panel); }
  .settings legend { float: left; width: 100%; }
  .settings .main { min-height: 60px; font-size: 21px; }
  .pair { display: flex; gap: 10px; align-items: center; }
  .tick { display: flex; gap: 12px; align-items: center; min-height: 48px; }
  .open { display: grid; gap: 18px; }
  .open fieldset { display: grid; gap: 10px; justify-items: start; }
  .pick { display: flex; gap: 16px; align-items: center; width: 100%; padding: 10px 14px; border-radius: 12px; background: var(--panel); cursor: pointer; font-weight: 400; }
  .pick:has(:checked) { background: #17362b; }
  .pick .thumb { width: 84px; }
  .pick .about { flex-direction: row; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; }
  .making { display: grid; gap: 8px; margin: 20px 0; font-size: 22px; }
  progress { width: 100%; height: 22px; accent-color: var(--go); }
  .sheets { display: grid; gap: 20px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); margin: 16px 0; }
  .sheet { margin: 0; min-width: 0; }
  .sheet figcaption { margin-bottom: 8px; font-weight: 600; }
  .sheet svg { display: block; width: 100%; max-height: 82vh; }
  .sheet .ground { fill: #fff; }
  .sheet .part { fill: transparent; stroke: #2a76b8; stroke-opacity: 0.4; stroke-width: 1; vector-effect: non-scaling-stroke; }
  .sheet a:is(:hover, :focus-visible) .part { fill: rgb(20 110 200 / 0.2); stroke-opacity: 1; stroke-width: 3; }
  .sheet text { fill: #0b4f8a; stroke: #fff; stroke-width: 0.2em; paint-order: stroke; text-anchor: middle; dominant-baseline: central; font-family: system-ui, sans-serif; font-weight: 700; }
  .files ul { display: flex; flex-wrap: wrap; gap: 10px 20px; margin-top: 10px; }

  .kept-ones { display: grid; gap: 12px; }
  .kept-ones > li { display: flex; flex-wrap: wrap; gap: 14px 20px; align-items: flex-start; border-radius: 14px; padding: 14px; background: var(--panel); }
  .kept-ones .thumb { width: 144px; }
  .kept-ones .about { flex: 1 1 220px; }
  .states { display: grid; gap: 4px; margin-top: 8px; font-size: 16px; }
  .states li { display: flex; flex-wrap: wrap; gap: 0 6px; align-items: baseline; color: var(--quiet); }
  .states li::before { content: ""; align-self: center; width: 10px; height: 10px; border-radius: 50%; border: 1.5px solid #7b8790; }
  .states b { font-weight: 600; }
  .states .reached { color: var(--go); }
  .states .reached::before { background: var(--go); border-color: var(--go); }
  .work { display: grid; gap: 8px; justify-items: start; min-width: 0; }
  .kept-ones .work { flex: 1 1 250px; justify-items: end; }
  details { width: 100%; font-size: 16px; }
  summary { cursor: pointer; padding: 8px 0; }
  details ul { margin: 8px 0; }
  details li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 12px; padding: 4px 0; border-top: 1px solid var(--line); }
  details li span { overflow-wrap: anywhere; }
  .more { margin-top: 16px; }

  dialog { max-width: 520px; width: calc(100% - 32px); border: 1.5px solid var(--line); border-radius: 18px; padding: 24px; color: inherit; background: var(--panel); font: inherit; }
  dialog::backdrop { background: rgb(0 0 0 / 0.65); }
  dialog h3 { margin: 0 0 12px; font-size: 24px; line-height: 1.25; }
  dialog .what { margin-bottom: 10px; padding: 10px 14px; border-radius: 10px; background: var(--raised); font-weight: 600; white-space: pre-line; overflow-wrap: anywhere; unicode-bidi: plaintext; }
  .asked { display: grid; gap: 8px; }
  .answers { display: flex; flex-wrap: wrap; gap: 10px; justify-content: flex-end; margin-top: 20px; }

  @media (min-width: 900px) {
    .one { grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); }
    .new { grid-template-columns: 340px minmax(0, 1fr); }
    .settings { position: sticky; top: 16px; }
  }
  @media (max-width: 900px) {
    header nav { order: 1; flex-basis: 100%; }
    header h2 { flex: 1; }
  }
  @media (max-width: 760px) {
    header nav a { padding: 10px 12px; font-size: 18px; }
    .scan { grid-template-columns: auto minmax(0, 1fr); }
    .told { flex-wrap: wrap; }
    th, td { padding: 10px 6px; }
    td:nth-child(4), thead th:nth-child(4) { display: none; }
  }
`;
