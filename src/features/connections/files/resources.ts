import { declareResource, type ResourceDeclaration } from '../../../../verifier/records/resource.ts'

const email = (description: string) => ({ type: 'text', description, personal: 'email' }) as const
const name = (description: string) => ({ type: 'text', description, personal: 'name' }) as const
const text = (description: string) => ({ type: 'text', description }) as const
const date = (description: string) => ({ type: 'date', description }) as const
const time = (description: string) => ({ type: 'timestamp', description }) as const
const flag = (description: string) => ({ type: 'boolean', description }) as const

const employee = declareResource({
  name: 'hr.employee',
  title: 'Employee',
  description: 'Everyone who works or worked here, from the HR system: one row for each person.',
  key: ['employee_id'],
  columns: {
    employee_id: text('Number or code that HR knows the person by'),
    name: name('Full name'),
    email: email('Work address'),
    manager_email: email('Work address of the manager; empty for the head of the organisation'),
    title: text('Job title'),
    department: text('Department or team'),
    employment_type: text('employee, contractor, intern or other'),
    status: text('active, on_leave or terminated'),
    start_date: date('First day of work'),
    end_date: date('Last day of work; empty while employed'),
  },
})

const account = declareResource({
  name: 'idp.account',
  title: 'Account',
  description: 'Every account of the identity provider or of one application: people’s and services’.',
  key: ['account_id'],
  columns: {
    account_id: { type: 'text', description: 'Id or login name', personal: 'username' },
    email: email('Address of the account’s user'),
    name: name('Display name'),
    status: text('active, suspended or deprovisioned'),
    mfa_enabled: flag('A second factor is enrolled'),
    is_admin: flag('Has administrator rights'),
    is_service: flag('Belongs to a program, not to a person'),
    owner_email: email('Who answers for it, when it is a service account'),
    created_at: time('When it was made'),
    last_login_at: time('When it was last used'),
    deprovisioned_at: time('When it was suspended or deprovisioned'),
  },
})

const training = declareResource({
  name: 'training.completion',
  title: 'Training completion',
  description: 'Who completed which training when: one row for each person, course and assignment.',
  key: ['completion_id'],
  columns: {
    completion_id: text('Id of this assignment or completion'),
    email: email('Work address of the person'),
    course: text('Name of the course'),
    assigned_on: date('When it was assigned'),
    completed_on: date('When it was completed; empty while open'),
    score: { type: 'number', description: 'Result in per cent' },
  },
})

const backgroundCheck = declareResource({
  name: 'hr.background_check',
  title: 'Background check',
  description: 'Checks made before people start, from the screening provider or HR; results only, no findings.',
  key: ['check_id'],
  columns: {
    check_id: text('Id of the check'),
    employee_id: text('Number or code that HR knows the person by'),
    email: email('Address of the person'),
    requested_on: date('When it was ordered'),
    completed_on: date('When it was completed'),
    result: text('clear, consider, failed or pending'),
    provider: text('Who made it'),
  },
})

const device = declareResource({
  name: 'asset.device',
  title: 'Device',
  description: 'Laptops, desktops and phones, from device management.',
  key: ['serial'],
  columns: {
    serial: text('Serial number'),
    name: text('Name of the device'),
    owner_email: email('Who uses it'),
    platform: text('macOS, Windows, Linux, iOS, Android or another'),
    os_version: text('Version of the operating system'),
    os_supported_until: date('Last day of the maker’s security updates for that version'),
    disk_encrypted: flag('Its storage is encrypted'),
    screen_lock: flag('It locks itself'),
    antimalware: flag('Protection against malicious software is on'),
    last_seen_at: time('When device management last heard of it'),
    status: text('in_use, in_stock, lost or retired'),
  },
})

const vendor = declareResource({
  name: 'vendor.vendor',
  title: 'Vendor',
  description: 'Companies that supply services or handle data.',
  key: ['vendor_id'],
  columns: {
    vendor_id: text('Id or short name'),
    name: text('Name of the company'),
    criticality: text('low, medium, high or critical'),
    handles_customer_data: flag('Receives or stores customers’ data'),
    owner_email: email('Who answers for the relationship'),
    last_reviewed_on: date('When its security was last reviewed'),
    next_review_on: date('When the next review is due'),
    assurance: text('soc2_type2, soc2_type1, iso27001, other or none'),
    assurance_valid_until: date('Last day that the report or certificate covers'),
    agreement_signed_on: date('When the agreement with its security and privacy terms was signed'),
    status: text('active, onboarding or ended'),
  },
})

const incident = declareResource({
  name: 'incident.incident',
  title: 'Incident',
  description: 'Security and availability incidents, from the ticket system.',
  key: ['incident_id'],
  columns: {
    incident_id: text('Number of the incident'),
    title: text('What happened, in a few words'),
    severity: text('low, medium, high or critical'),
    detected_at: time('When it was noticed'),
    acknowledged_at: time('When someone took it'),
    contained_at: time('When it stopped spreading'),
    resolved_at: time('When it was over; empty while open'),
    owner_email: email('Who leads the response'),
    postmortem_on: date('When the review of its causes was finished'),
    customer_notified_at: time('When customers were told'),
  },
})

const accessReview = declareResource({
  name: 'access.review',
  title: 'Access review',
  description: 'Decisions of access reviews: one row for each account, system and review.',
  key: ['review_id', 'system', 'account_id'],
  columns: {
    review_id: text('Name or number of the review, such as 2026-Q2'),
    system: text('System or application reviewed'),
    account_id: { type: 'text', description: 'Account reviewed', personal: 'username' },
    account_email: email('Address of the account’s user'),
    reviewer_email: email('Who decided'),
    reviewed_on: date('When it was decided; empty while open'),
    decision: text('keep, reduce or remove'),
    carried_out_on: date('When a removal or reduction was carried out'),
  },
})

const vulnerability = declareResource({
  name: 'vulnerability.finding',
  title: 'Vulnerability',
  description: 'Findings of scanners and penetration tests.',
  key: ['finding_id'],
  columns: {
    finding_id: text('Id of the finding'),
    title: text('What it is'),
    cve: text('CVE number, when it has one'),
    asset: text('What is affected'),
    severity: text('low, medium, high or critical'),
    detected_on: date('When it was found'),
    fixed_on: date('When it was fixed; empty while open'),
    owner_email: email('Who fixes it'),
    status: text('open, fixed, accepted or false_positive'),
  },
})

/** What the files connector can yield: the records that most organisations keep in a system that exports tables. */
export const resources: readonly ResourceDeclaration[] = [
  employee,
  account,
  training,
  backgroundCheck,
  device,
  vendor,
  incident,
  accessReview,
  vulnerability,
]

const severity = ['low', 'medium', 'high', 'critical']

/**
 * Columns whose values come from a closed list. Any other value is a problem of the file: the check would not know what it means.
 * Case, spaces and hyphens do not matter (`On Leave` is `on_leave`); other words are translated by `values` in the settings.
 */
export const closedLists: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'hr.employee': {
    status: ['active', 'on_leave', 'terminated'],
    employment_type: ['employee', 'contractor', 'intern', 'other'],
  },
  'idp.account': { status: ['active', 'suspended', 'deprovisioned'] },
  'hr.background_check': { result: ['clear', 'consider', 'failed', 'pending'] },
  'asset.device': { status: ['in_use', 'in_stock', 'lost', 'retired'] },
  'vendor.vendor': {
    criticality: severity,
    assurance: ['soc2_type2', 'soc2_type1', 'iso27001', 'other', 'none'],
    status: ['active', 'onboarding', 'ended'],
  },
  'incident.incident': { severity },
  'access.review': { decision: ['keep', 'reduce', 'remove'] },
  'vulnerability.finding': { severity, status: ['open', 'fixed', 'accepted', 'false_positive'] },
}

/** The fields of a resource that hold one of a few words, and which those are: closed lists, and yes or no. */
export function wordsOf(declaration: ResourceDeclaration): Record<string, readonly string[]> {
  const flags = Object.entries(declaration.columns).filter(([, { type }]) => type === 'boolean')
  return { ...Object.fromEntries(flags.map(([name]) => [name, ['yes', 'no']])), ...closedLists[declaration.name] }
}
