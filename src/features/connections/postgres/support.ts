/**
 * Last day of community support of each major version. Facts, from the versioning policy of the PostgreSQL project
 * (https://www.postgresql.org/support/versioning/), which promises five years from the first release.
 */
const supportEnds: Readonly<Record<number, string>> = {
  10: '2022-11-10',
  11: '2023-11-09',
  12: '2024-11-21',
  13: '2025-11-13',
  14: '2026-11-12',
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
}

/** The last day (`YYYY-MM-DD`) on which a major version is supported; null when it is not known here. */
export function supportEndOf(majorVersion: number): string | null {
  return supportEnds[majorVersion] ?? null
}
