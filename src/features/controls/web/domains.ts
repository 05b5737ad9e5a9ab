const names: Readonly<Record<string, string>> = {
  ACC: 'Access',
  CHG: 'Change',
  CON: 'Continuity',
  DAT: 'Data',
  DBS: 'Databases',
  GOV: 'Governance',
  INC: 'Incidents',
  INF: 'Infrastructure',
  MON: 'Monitoring',
  PEO: 'People',
  PRV: 'Privacy',
  RSK: 'Risk',
  VEN: 'Vendors',
}

/** The name of a domain, by the letters that its controls' codes begin with. One not known here stands for itself. */
export function domainName(letters: string): string {
  return names[letters] ?? letters
}
