/**
 * The sample company: synthetic people, accounts, devices, vendors and incidents, made by rule from a fixed seed, and told as of a day.
 * Nobody in it exists. It gets better over its half year, as a company on its way to a report does, and is not perfect at the end.
 */
const firstNames =
  'Ada Amir Bea Chidi Dara Elif Femi Greta Hana Ines Jonas Kofi Lena Mateo Nadia Omar Petra Quinn Rosa Sami Tomas Uma Vera Wen Ximena Yara Zane Alma Bruno Cleo Dmitri Esra Freya Goran Heidi Ivo Jaya Karim Lucia Milo Noor Otto'.split(
    ' ',
  )
const lastNames =
  'Abara Berg Costa Dahl Eklund Farah Gruber Haddad Ito Jansen Kaya Lind Moreau Novak Okafor Pinto Quist Rossi Sato Tanaka Urban Vidal Weiss Xu Yilmaz Zeller'.split(
    ' ',
  )
const departments = [
  'Engineering',
  'Engineering',
  'Engineering',
  'Product',
  'Support',
  'Sales',
  'Finance',
  'People',
] as const
const domain = 'larkspur.example'
const day = 86_400_000

export type Row = Readonly<Record<string, string>>
export type SampleFile = { readonly file: string; readonly resource: string; readonly rows: readonly Row[] }

interface Person {
  readonly number: number
  readonly name: string
  readonly email: string
  readonly department: string
  readonly start: Date
  readonly end: Date | undefined
}

/** A small generator with a fixed seed (mulberry32): the same company on every machine. */
function randomSource(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const date = (time: Date) => time.toISOString().slice(0, 10)
const instant = (time: Date) => `${time.toISOString().slice(0, 19)}Z`
const plus = (time: Date, days: number) => new Date(time.getTime() + days * day)
const yes = (value: boolean) => (value ? 'true' : 'false')

/** The company's half year: who works there when. `begin` is the first day of the sample's past. */
export class SampleCompany {
  readonly #begin: Date
  readonly #people: readonly Person[]

  constructor(begin: Date) {
    this.#begin = begin
    const random = randomSource(20_260_105)
    this.#people = Array.from({ length: 42 }, (_, index) => {
      const name = `${firstNames[index % firstNames.length]} ${lastNames[(index * 7 + 3) % lastNames.length]}`
      const joinedDuring = index >= 34
      const start = joinedDuring ? plus(begin, 12 + (index - 34) * 18) : plus(begin, -90 - Math.floor(random() * 900))
      const leaves = index % 9 === 5
      return {
        number: 1_001 + index,
        name,
        email: `${name.toLowerCase().replace(' ', '.')}@${domain}`,
        department: departments[index % departments.length] ?? 'Engineering',
        start: new Date(`${date(start)}T09:00:00Z`),
        end: leaves ? plus(begin, 25 + index * 3) : undefined,
      }
    })
  }

  /** Every file as it stands on the day of `now`. */
  filesAsOf(now: Date): SampleFile[] {
    const progress = Math.min(1, Math.max(0, (now.getTime() - this.#begin.getTime()) / (180 * day)))
    const known = this.#people.filter(person => person.start <= now)
    return [
      { file: 'employees.csv', resource: 'hr.employee', rows: known.map(person => this.#employee(person, now)) },
      {
        file: 'accounts.csv',
        resource: 'idp.account',
        rows: [...known.map(person => this.#account(person, now, progress)), ...this.#serviceAccounts(now, progress)],
      },
      {
        file: 'training.csv',
        resource: 'training.completion',
        rows: known.flatMap(person => this.#training(person, now, progress)),
      },
      {
        file: 'background-checks.csv',
        resource: 'hr.background_check',
        rows: known.map(person => this.#backgroundCheck(person)),
      },
      { file: 'devices.csv', resource: 'asset.device', rows: known.map(person => this.#device(person, now, progress)) },
      { file: 'vendors.csv', resource: 'vendor.vendor', rows: this.#vendors(now, progress) },
      { file: 'incidents.csv', resource: 'incident.incident', rows: this.#incidents(now) },
      { file: 'access-review.csv', resource: 'access.review', rows: this.#accessReview(known, now) },
      { file: 'vulnerabilities.csv', resource: 'vulnerability.finding', rows: this.#vulnerabilities(now) },
    ]
  }

  #left(person: Person, now: Date): Date | undefined {
    return person.end && person.end <= now ? person.end : undefined
  }

  #employee(person: Person, now: Date): Row {
    const left = this.#left(person, now)
    return {
      employee_id: `E${person.number}`,
      name: person.name,
      email: person.email,
      manager_email:
        person.number === 1_001
          ? ''
          : (this.#people[(person.number - 1_001) % 5 === 0 ? 0 : (person.number - 1_001) % 5]?.email ?? ''),
      title:
        person.number === 1_001
          ? 'Chief executive'
          : `${person.department} ${person.number % 3 === 0 ? 'lead' : 'specialist'}`,
      department: person.department,
      employment_type: person.number % 11 === 0 ? 'contractor' : 'employee',
      status: left ? 'terminated' : 'active',
      start_date: date(person.start),
      end_date: left ? date(left) : '',
    }
  }

  #account(person: Person, now: Date, progress: number): Row {
    const left = this.#left(person, now)
    // Early on, leavers kept their accounts for two weeks; later the same day.
    const removed = left && now >= plus(left, progress < 0.5 ? 14 : 0) ? plus(left, progress < 0.5 ? 14 : 0) : undefined
    return {
      account_id: `A${person.number}`,
      email: person.email,
      name: person.name,
      status: removed ? 'deprovisioned' : 'active',
      mfa_enabled: yes(person.number % 6 !== 0 || progress > 0.35),
      is_admin: yes(person.number % 14 === 2),
      is_service: 'false',
      owner_email: '',
      created_at: instant(person.start),
      last_login_at: instant(plus(removed ?? now, -(person.number % 4))),
      deprovisioned_at: removed ? instant(removed) : '',
    }
  }

  #serviceAccounts(now: Date, progress: number): Row[] {
    return ['deploy', 'backup', 'metrics'].map((name, index) => ({
      account_id: `S${index + 1}`,
      email: `svc-${name}@${domain}`,
      name: `Service: ${name}`,
      status: 'active',
      mfa_enabled: '',
      is_admin: 'false',
      is_service: 'true',
      owner_email: index < 2 || progress > 0.6 ? (this.#people[2]?.email ?? '') : '',
      created_at: instant(plus(this.#begin, -400)),
      last_login_at: instant(plus(now, -1)),
      deprovisioned_at: '',
    }))
  }

  #training(person: Person, now: Date, progress: number): Row[] {
    const assigned = person.start > this.#begin ? person.start : plus(this.#begin, 7)
    if (assigned > now) return []
    const takes = person.number % 8 === 0 ? 45 : 10 + (person.number % 9)
    const completed = plus(assigned, takes)
    const late = person.number % 20 === 0 && progress < 0.8
    return [
      {
        completion_id: `T${person.number}`,
        email: person.email,
        course: 'Security awareness 2026',
        assigned_on: date(assigned),
        completed_on: completed <= now && !late ? date(completed) : '',
      },
    ]
  }

  #backgroundCheck(person: Person): Row {
    return {
      check_id: `B${person.number}`,
      employee_id: `E${person.number}`,
      email: person.email,
      requested_on: date(plus(person.start, -20)),
      completed_on: date(plus(person.start, -6)),
      result: 'clear',
      provider: 'Sample Screening',
    }
  }

  #device(person: Person, now: Date, progress: number): Row {
    const left = this.#left(person, now)
    return {
      serial: `LK${person.number}`,
      name: `laptop-${person.number}`,
      owner_email: left ? '' : person.email,
      platform: person.number % 3 === 0 ? 'Linux' : 'macOS',
      os_version: person.number % 3 === 0 ? 'Debian 12' : '26.1',
      os_supported_until: person.number % 3 === 0 ? '2028-06-30' : '2028-09-30',
      disk_encrypted: yes(person.number % 13 !== 0 || progress > 0.45),
      screen_lock: 'true',
      antimalware: yes(person.number % 10 !== 4 || progress > 0.7),
      last_seen_at: instant(plus(now, -(person.number % 5))),
      status: left ? 'in_stock' : 'in_use',
    }
  }

  #vendors(now: Date, progress: number): Row[] {
    const vendors = [
      ['cloud', 'Cumulus Hosting', 'critical', 'soc2_type2'],
      ['mail', 'Postbox Mail', 'medium', 'iso27001'],
      ['pay', 'Coinpath Payments', 'critical', 'soc2_type2'],
      ['help', 'Deskly Support', 'high', progress > 0.55 ? 'soc2_type2' : 'none'],
      ['chat', 'Parley Chat', 'low', 'other'],
    ] as const
    return vendors.map(([id, name, criticality, assurance], index) => {
      const reviewed = index === 3 && progress <= 0.55 ? plus(this.#begin, -420) : plus(this.#begin, -60 + index * 9)
      return {
        vendor_id: id,
        name,
        criticality,
        handles_customer_data: yes(index < 4),
        owner_email: this.#people[index]?.email ?? '',
        last_reviewed_on: date(reviewed > now ? plus(this.#begin, -60) : reviewed),
        next_review_on: date(plus(reviewed, 365)),
        assurance,
        assurance_valid_until: assurance === 'none' ? '' : date(plus(this.#begin, 300 + index * 20)),
        agreement_signed_on: date(plus(this.#begin, -500 + index * 30)),
        status: 'active',
      }
    })
  }

  #incidents(now: Date): Row[] {
    const all = [
      { id: 'INC-1', title: 'Certificate expired on the status page', severity: 'low', at: 31 },
      { id: 'INC-2', title: 'Slow queries after a release', severity: 'medium', at: 78 },
      { id: 'INC-3', title: 'Phishing message reported by support', severity: 'high', at: 133 },
    ]
    return all
      .map(incident => ({ ...incident, detected: plus(this.#begin, incident.at) }))
      .filter(incident => incident.detected <= now)
      .map(({ id, title, severity, detected }) => {
        const postmortem = plus(detected, 6)
        return {
          incident_id: id,
          title,
          severity,
          detected_at: instant(detected),
          acknowledged_at: instant(plus(detected, 0.01)),
          contained_at: instant(plus(detected, 0.1)),
          resolved_at: instant(plus(detected, 0.3)),
          owner_email: this.#people[3]?.email ?? '',
          postmortem_on: postmortem <= now ? date(postmortem) : '',
          customer_notified_at: severity === 'high' ? instant(plus(detected, 0.5)) : '',
        }
      })
  }

  #accessReview(known: readonly Person[], now: Date): Row[] {
    const rounds = [plus(this.#begin, 20), plus(this.#begin, 110)].filter(round => round <= now)
    return rounds.flatMap((round, index) =>
      known
        .filter(person => person.start <= round && !(person.end && person.end <= round))
        .map(person => {
          const remove = person.number % 17 === 0
          return {
            review_id: `review-${index + 1}`,
            system: 'Identity provider',
            account_id: `A${person.number}`,
            account_email: person.email,
            reviewer_email: this.#people[1]?.email ?? '',
            reviewed_on: date(round),
            decision: remove ? 'reduce' : 'keep',
            carried_out_on: remove ? date(plus(round, 2)) : '',
          }
        }),
    )
  }

  #vulnerabilities(now: Date): Row[] {
    return Array.from({ length: 14 }, (_, index) => {
      const detected = plus(this.#begin, 5 + index * 12)
      const severity = ['low', 'medium', 'high', 'critical'][index % 4] ?? 'low'
      const takes = index === 6 ? 70 : { low: 60, medium: 40, high: 16, critical: 5 }[severity]
      return { index, detected, severity, fixed: plus(detected, takes ?? 30) }
    })
      .filter(finding => finding.detected <= now)
      .map(({ index, detected, severity, fixed }) => ({
        finding_id: `V${index + 1}`,
        title: `Outdated dependency ${index + 1}`,
        cve: '',
        asset: 'web application',
        severity,
        detected_on: date(detected),
        fixed_on: fixed <= now ? date(fixed) : '',
        owner_email: this.#people[4]?.email ?? '',
        status: fixed <= now ? 'fixed' : 'open',
      }))
  }
}
