import type { ColumnType, ResourceDeclaration } from '../../../../verifier/records/resource.ts'
import { type Cell, CellProblem, readCell } from './cells.ts'
import { resources } from './resources.ts'

/** Other headings that systems use for a column, lower case without anything but letters and digits. */
const synonyms: Readonly<Record<string, string>> = {
  employee_id: 'id employeenumber personnelnumber personnelno workerid staffid empid personid number personalnummer',
  account_id: 'id userid login loginname username user samaccountname accountname externalid',
  completion_id: 'id enrollmentid assignmentid recordid',
  check_id: 'id screeningid reportid candidateid',
  serial: 'serialnumber serialno deviceserial hardwareserial',
  vendor_id: 'id vendor supplierid vendorname',
  incident_id: 'id incident number key ticket ticketid',
  review_id: 'review campaign reviewname certification',
  finding_id: 'id finding issueid vulnerabilityid',
  name: 'fullname displayname employeename devicename vendorname hostname legalname',
  email: 'emailaddress mail workemail workmail primaryemail useremail companyemail employeeemail userprincipalname upn',
  manager_email: 'manager managermail supervisoremail supervisor reportsto boss managersemail',
  owner_email: 'owner assignedto user useremail assigneduser primaryuser owneremailaddress responsible assignee',
  account_email: 'email useremail accountmail',
  reviewer_email: 'reviewer approver decidedby certifier',
  title: 'jobtitle position role summary subject issue vulnerability jobposition',
  department: 'team division orgunit organizationalunit costcenter businessunit',
  employment_type: 'employmenttype workertype contracttype type',
  status: 'state employmentstatus accountstatus lifecyclestatus userstatus employeestatus',
  start_date: 'hiredate startdate dateofhire joiningdate firstday originalhiredate joined eintritt eintrittsdatum',
  end_date: 'terminationdate enddate lastday leavingdate lastworkingday dateofleaving left austritt austrittsdatum',
  mfa_enabled:
    'mfa 2fa twofactor twofactorenabled mfastatus mfaenrolled isenrolledin2sv 2svenrolled twostepverification',
  is_admin: 'admin administrator isadministrator superadmin adminrole',
  is_service: 'service serviceaccount isserviceaccount nonhuman',
  created_at: 'created createdon createddate creationtime creationdate',
  last_login_at: 'lastlogin lastsignin lastlogindate lastsignintime lastlogon lastactive lastlogintime',
  deprovisioned_at: 'deprovisionedon deactivatedat disabledat suspendedat deactivationdate statuschanged',
  course: 'coursename training trainingname module coursetitle',
  assigned_on: 'assigned assigneddate enrolled enrolldate',
  completed_on: 'completed completiondate completeddate datecompleted finished completedat',
  score: 'result grade points percentage',
  requested_on: 'requested ordered orderdate requestdate created',
  result: 'outcome adjudication status',
  provider: 'vendor screeningprovider agency',
  platform: 'os operatingsystem osname ostype',
  os_version: 'osversion version systemversion',
  os_supported_until: 'endoflife eol supportends',
  disk_encrypted:
    'encrypted encryption filevault filevaultenabled bitlocker isencrypted diskencryption encryptionstatus',
  screen_lock: 'screenlock passcode passcodepresent lockenabled autolock',
  antimalware: 'antivirus av edr malwareprotection defender',
  last_seen_at: 'lastseen lastcheckin lastcontact lastreported lastsync lastsyncdatetime',
  criticality: 'tier risk risklevel priority',
  handles_customer_data: 'customerdata handlesdata processespersonaldata personaldata',
  last_reviewed_on: 'lastreview lastreviewed reviewdate lastassessment',
  next_review_on: 'nextreview nextreviewdate renewaldate',
  assurance: 'report certification certificate attestation soc2',
  assurance_valid_until: 'validuntil expires expirydate reportperiodend',
  agreement_signed_on: 'dpasigned contractsigned agreementdate contractdate',
  severity: 'priority risk level criticality sev',
  detected_at: 'detected created opened reported started startedat',
  acknowledged_at: 'acknowledged responded',
  contained_at: 'contained mitigated',
  resolved_at: 'resolved closed resolvedon closedat ended',
  postmortem_on: 'postmortem retrospective reviewdate rca',
  customer_notified_at: 'customernotified notified',
  system: 'application app resource target',
  reviewed_on: 'reviewed decidedon decisiondate revieweddate',
  decision: 'outcome action result',
  carried_out_on: 'carriedout removedon executed completedon revokedat',
  cve: 'cveid cvenumber',
  asset: 'host target resource component package affectedresource hostname',
  detected_on: 'detected firstseen found discovered firstfound created',
  fixed_on: 'fixed resolved remediated closed remediatedon',
}

const plain = (text: string) =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]/g, '')

export interface Suggestion {
  readonly resource: string
  /** Field → heading. */
  readonly mapping: Readonly<Record<string, string>>
  /** In which all of its mapped dates are written, when they are not ISO 8601 and can be read in one way only. */
  readonly dateFormat?: string | undefined
}

/**
 * The resource that the headings fit best, and which heading is which field; undefined when none has its key and another field.
 * A guess for the form, which a person confirms: never used for reading by itself.
 */
export function suggestMapping(headers: readonly string[]): Suggestion | undefined {
  let best: { suggestion: Suggestion; score: number } | undefined
  for (const resource of resources) {
    const mapping = mapTo(resource, headers)
    const matched = Object.keys(mapping).length
    if (matched < 2 || resource.key.some(column => !mapping[column])) continue
    const exact = Object.entries(mapping).filter(([column, header]) => plain(column) === plain(header)).length
    // Every heading that finds its field counts, an exact name a little more, and a large resource gains nothing by its size.
    const score = matched / Math.max(headers.length, 1) + matched / Object.keys(resource.columns).length + exact / 20
    if (!best || score > best.score) best = { suggestion: { resource: resource.name, mapping }, score }
  }
  return best?.suggestion
}

/** Which heading is which field of one resource: exact names first, then synonyms in their order; each heading once. */
export function mapTo(resource: ResourceDeclaration, headers: readonly string[]): Record<string, string> {
  const mapping: Record<string, string> = {}
  const free = new Map(headers.map(header => [plain(header), header]))
  const columns = Object.keys(resource.columns)
  for (const column of columns) take(column, [plain(column)])
  for (const column of columns) if (!mapping[column]) take(column, (synonyms[column] ?? '').split(' '))
  return mapping

  function take(column: string, names: readonly string[]): void {
    for (const name of names) {
      const header = free.get(name)
      if (name === '' || header === undefined) continue
      mapping[column] = header
      free.delete(name)
      return
    }
  }
}

/** What the cells of a column look like; `dateFormats` are the formats that all of its dates fit when they are not ISO 8601. */
export interface ColumnGuess {
  readonly type: ColumnType
  readonly dateFormats: readonly string[]
}

const guesses: readonly ColumnType[] = ['boolean', 'integer', 'number', 'date', 'timestamp']
const dateFormats = [
  'DD.MM.YYYY',
  'D.M.YYYY',
  'MM/DD/YYYY',
  'DD/MM/YYYY',
  'M/D/YYYY',
  'D/M/YYYY',
  'YYYY/MM/DD',
  'DD-MM-YYYY',
]

/** The narrowest type that every cell that is not empty can be read as; text when there is none. */
export function guessColumn(cells: readonly Cell[]): ColumnGuess {
  const given = cells.filter(cell => cell !== null && cell !== undefined && String(cell).trim() !== '')
  if (given.length === 0) return { type: 'text', dateFormats: [] }
  if (given.every(cell => typeof cell === 'object' && !(cell instanceof Date))) return { type: 'json', dateFormats: [] }
  const fits = (type: ColumnType, dateFormat?: string) => given.every(cell => reads(cell, type, dateFormat))
  const type = guesses.find(one => fits(one))
  if (type) return { type, dateFormats: [] }
  const formats = dateFormats.filter(format => fits('timestamp', format))
  return formats.length > 0 ? { type: 'date', dateFormats: formats } : { type: 'text', dateFormats: [] }
}

/**
 * The format of all mapped dates and times that are not ISO 8601. Undefined when they need none, agree on none, or fit formats with another
 * order of day and month: 01/02/2026 has two meanings, and a person must say which.
 */
export function guessDateFormat(
  resource: ResourceDeclaration,
  mapping: Readonly<Record<string, string>>,
  columns: readonly ({ readonly header: string } & ColumnGuess)[],
): string | undefined {
  const dates = Object.entries(mapping).flatMap(([field, header]) => {
    const type = resource.columns[field]?.type
    const found = columns.find(column => column.header === header)?.dateFormats ?? []
    return (type === 'date' || type === 'timestamp') && found.length > 0 ? [found] : []
  })
  const [first = [], ...rest] = dates
  const common = first.filter(format => rest.every(formats => formats.includes(format)))
  const orders = new Set(common.map(format => format.replaceAll(/[^YMD]/g, '').replaceAll(/(.)\1+/g, '$1')))
  return orders.size === 1 ? common[0] : undefined
}

function reads(cell: Cell, type: ColumnType, dateFormat: string | undefined): boolean {
  try {
    return readCell(cell, type, { dateFormat }) !== null
  } catch (thrown) {
    if (thrown instanceof CellProblem) return false
    throw thrown
  }
}
