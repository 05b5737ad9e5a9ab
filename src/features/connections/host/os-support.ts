/**
 * Until when a release of an operating system gets security updates. Facts, by ID and VERSION_ID of os-release(5):
 * Debian and Ubuntu from the distributions' own distro-info data (release 0.58+deb12u7); Red Hat, AlmaLinux, Rocky Linux, Oracle,
 * CentOS, Fedora, Alpine, Amazon Linux and openSUSE from their published life cycles.
 *
 * `standard` is the last day on which everyone gets them without doing anything: for Debian that is the end of LTS, which comes from
 * the same archive. `extended` is the last day for those who subscribed to more (Ubuntu Pro, Extended Life Cycle).
 */
export interface SupportDates {
  readonly standard: string
  readonly extended?: string
}

const facts: Readonly<Record<string, Readonly<Record<string, SupportDates>>>> = {
  debian: {
    '9': { standard: '2022-06-30', extended: '2027-06-30' },
    '10': { standard: '2024-06-30', extended: '2029-06-30' },
    '11': { standard: '2026-08-31', extended: '2031-06-30' },
    '12': { standard: '2028-06-30', extended: '2033-06-30' },
    '13': { standard: '2030-06-30', extended: '2035-06-30' },
  },
  ubuntu: {
    '18.04': { standard: '2023-05-31', extended: '2028-04-26' },
    '20.04': { standard: '2025-05-31', extended: '2030-04-23' },
    '22.04': { standard: '2027-06-01', extended: '2032-04-21' },
    '22.10': { standard: '2023-07-20' },
    '23.04': { standard: '2024-01-25' },
    '23.10': { standard: '2024-07-11' },
    '24.04': { standard: '2029-05-31', extended: '2034-04-25' },
    '24.10': { standard: '2025-07-10' },
    '25.04': { standard: '2026-01-15' },
    '25.10': { standard: '2026-07-09' },
    '26.04': { standard: '2031-05-29', extended: '2036-04-23' },
    '26.10': { standard: '2027-07-15' },
  },
  rhel: {
    '7': { standard: '2024-06-30', extended: '2028-06-30' },
    '8': { standard: '2029-05-31', extended: '2032-05-31' },
    '9': { standard: '2032-05-31', extended: '2035-05-31' },
    '10': { standard: '2035-05-31', extended: '2038-05-31' },
  },
  almalinux: { '8': { standard: '2029-03-01' }, '9': { standard: '2032-05-31' }, '10': { standard: '2035-05-31' } },
  rocky: { '8': { standard: '2029-05-31' }, '9': { standard: '2032-05-31' }, '10': { standard: '2035-05-31' } },
  ol: { '7': { standard: '2024-12-31' }, '8': { standard: '2029-07-31' }, '9': { standard: '2032-06-30' } },
  centos: { '7': { standard: '2024-06-30' }, '8': { standard: '2024-05-31' }, '9': { standard: '2027-05-31' } },
  fedora: {
    '39': { standard: '2024-11-26' },
    '40': { standard: '2025-05-13' },
    '41': { standard: '2025-12-15' },
    '42': { standard: '2026-05-13' },
  },
  alpine: {
    '3.17': { standard: '2024-11-22' },
    '3.18': { standard: '2025-05-09' },
    '3.19': { standard: '2025-11-01' },
    '3.20': { standard: '2026-04-01' },
    '3.21': { standard: '2026-11-01' },
    '3.22': { standard: '2027-05-01' },
  },
  amzn: { '2': { standard: '2026-06-30' }, '2023': { standard: '2029-06-30' } },
  'opensuse-leap': { '15.5': { standard: '2024-12-31' }, '15.6': { standard: '2026-04-30' } },
}

/** Systems whose support goes by the first one or two parts of the version. */
const partsUsed: Readonly<Record<string, number>> = { ubuntu: 2, alpine: 2, 'opensuse-leap': 2 }

/** The support dates of a system by its os-release ID and VERSION_ID (`rhel`, `9.4`); null when they are not known here. */
export function supportDatesOf(id: string, versionId: string): SupportDates | null {
  const version = versionId
    .split('.')
    .slice(0, partsUsed[id] ?? 1)
    .join('.')
  return facts[id]?.[version] ?? null
}
