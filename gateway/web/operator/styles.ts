import { css } from "lit";

export const operatorStyles = css`
  .door { max-width: 420px; gap: 10px; }
  .door button { margin-top: 10px; }
  input[type="password"] {
    box-sizing: border-box; width: 100%; font: inherit; font-size: 18px; padding: 11px 13px;
    border: 1.5px solid #858b91; border-radius: 9px;
  }
  header { display: flex; gap: 12px; align-items: center; margin-bottom: 18px; }
  header h2 { margin: 0 auto 0 0; }
  ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; }
  ol > li { display: flex; flex-wrap: wrap; gap: 18px; align-items: flex-start; border: 1px solid var(--luneo-line); border-radius: 14px; padding: 16px; background: #fff; }
  li img { width: 120px; border-radius: 8px; }
  .about { display: grid; gap: 2px; flex: 1 1 220px; }
  .about strong { text-transform: capitalize; }
  code { font-size: 12px; color: var(--luneo-quiet); overflow-wrap: anywhere; }
  .work { display: grid; gap: 8px; justify-items: start; flex: 1 1 260px; }
  .work a {
    display: inline-flex; align-items: center; min-height: 44px; padding: 0 18px; border-radius: 10px; font-weight: 600;
    background: var(--luneo-accent); color: #fff; text-decoration: none;
  }
  progress { width: 100%; accent-color: var(--luneo-accent); }
  details { width: 100%; font-size: 14px; }
  details ul { list-style: none; margin: 8px 0 0; padding: 0; }
  details li { display: flex; justify-content: space-between; gap: 12px; padding: 3px 0; border-top: 1px solid #eceeef; }
`;
