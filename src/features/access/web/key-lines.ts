/** What a key with a permission can read first: the most telling first. */
const readings: Readonly<Record<string, string>> = {
  'overview.read': 'overview',
  'controls.read': 'controls',
  'checks.read': 'checks',
  'evidence.read': 'evidence/documents',
  'connections.read': 'connections',
  'ledger.read': 'ledger',
  'packages.read': 'packages',
  'activity.read': 'activity',
  'members.read': 'members',
  'scope.read': 'scope',
}

/** Lines for a shell that use a key for what it may do, ready to be pasted. */
export function linesFor(may: readonly string[], key: string, origin: string): string {
  const curl = 'curl --fail-with-body -H "Authorization: Bearer $VOUCH_KEY"'
  const today = '$(date +%F)'
  const lines = [`export VOUCH_URL=${origin} VOUCH_KEY=${key}`]
  if (may.includes('evidence.add'))
    lines.push(
      `${curl} -F control_id=disk-encryption -F "title=What it shows" -F covers_from=${today} -F covers_to=${today} -F fresh_for_days=90 -F file=@proof.pdf "$VOUCH_URL/api/v1/evidence"`,
    )
  if (may.includes('connections.push'))
    lines.push(
      `${curl} -H "Content-Type: application/x-ndjson" --data-binary @records.jsonl "$VOUCH_URL/api/v1/connections/CONNECTION/snapshots?resource=hr.employee"`,
    )
  const reading = Object.entries(readings).find(([permission]) => may.includes(permission))?.[1]
  if (lines.length === 1) lines.push(`${curl} "$VOUCH_URL/api/v1/${reading ?? 'organisation'}"`)
  return lines.join('\n')
}
