/** The style of `index.html`: system fonts, light and dark by the reader's setting, black on white on paper. */
export const indexStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --line: #d9dee3; --ground: #ffffff; --raised: #f6f8fa;
  --good: #176f37; --bad: #b3261e; --doubt: #8a5a00; --off: #59636e; --accent: #2f54c4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #9aa4af; --line: #333b44; --ground: #12161b; --raised: #1a2027;
  --good: #57c27d; --bad: #ff8a80; --doubt: #e3b341; --off: #9aa4af; --accent: #8aa5ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 40px 0 12px; padding-top: 16px; border-top: 1px solid var(--line); }
h3 { font-size: 15px; margin: 20px 0 6px; color: var(--soft); font-weight: 600; }
p { margin: 6px 0; max-width: 75ch; }
.soft { color: var(--soft); }
.band { background: #8a5a00; color: #ffffff; padding: 10px 24px; font-weight: 600; text-align: center; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0; padding: 0; }
.facts div { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.facts dt { color: var(--soft); font-size: 13px; }
.facts dd { margin: 0; font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: 13px; }
th, td { padding: 7px 10px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.id { white-space: nowrap; font-variant-numeric: tabular-nums; }
.status { white-space: nowrap; font-weight: 600; }
.status::before { content: ""; display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 7px; background: currentColor; }
.effective, .pass { color: var(--good); }
.failing, .fail { color: var(--bad); }
.failed, .missing { color: var(--bad); }
.late, .incomplete { color: var(--doubt); }
.unknown, .needs_evidence { color: var(--doubt); }
.not_implemented, .not_applicable { color: var(--off); }
code, pre { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; white-space: pre-wrap; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h4 { font-size: 14px; margin: 16px 0 4px; }
h4 small { font-weight: 400; color: var(--soft); }
.key { display: inline-block; margin: 2px 16px 2px 0; white-space: nowrap; }
.calendar { width: auto; font-size: 12px; border-collapse: separate; border-spacing: 2px; font-variant-numeric: tabular-nums; }
.calendar caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.calendar th { padding: 0 2px; border: 0; font-weight: 400; font-size: 12px; text-align: center; }
.calendar th[scope=row] { padding-right: 8px; white-space: nowrap; }
.calendar td { padding: 0; border: 0; min-width: 19px; height: 19px; text-align: center; }
.day { border-radius: 3px; font-weight: 700; color: var(--off); }
.calendar .day { border: 1px solid var(--line); }
.key .day { display: inline-block; width: 19px; height: 19px; line-height: 17px; text-align: center; border: 1px solid var(--line); font-size: 12px; }
.day abbr { text-decoration: none; }
.day.covered { color: var(--good); background: color-mix(in srgb, var(--good) 14%, transparent); }
.day.failed, .day.missing { color: var(--ground); background: var(--bad); border-color: var(--bad); }
.day.missing { color: var(--bad); background: transparent; border: 2px solid var(--bad); }
.day.late, .day.incomplete { color: var(--doubt); background: color-mix(in srgb, var(--doubt) 18%, transparent); border-color: var(--doubt); }
.why { min-width: 280px; overflow-wrap: anywhere; }
details { margin-top: 4px; color: var(--soft); }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --ground: #fff; --raised: #fff; }
  main { max-width: none; padding: 0; } h2 { break-after: avoid; } tr { break-inside: avoid; } .band { color: #000; background: #fff; border: 2px solid #000; } }
`
