import type { Json, JsonObject } from '../../../verifier/records/canonical.ts'
import type { ResourceDeclaration } from '../../../verifier/records/resource.ts'
import type { Services } from '../../platform/services.ts'
import type { AliasKind } from './contract.ts'
import { mayHoldSecret, redactSecrets } from './find-secrets.ts'
import { type PersonalValue, staysPlain } from './forms.ts'
import { makeAliases } from './make-aliases.ts'
import { mapPersonal, personalFields, withAliases } from './personal-fields.ts'
import { readSetting, type Setting } from './setting.ts'

/** How many secrets a rule found in a field. */
export interface Redaction {
  readonly field: string
  readonly rule: string
  readonly count: number
}

/** Values that are remembered from one part of a collection to the next; of more people they are looked up again. */
const mostRemembered = 50_000

/**
 * What every record goes through before it is written down, hashed or counted: personal values become aliases where the organisation wants that, and secrets are redacted always.
 * One for each collection. Whatever takes records in MUST pass them through here.
 */
export class Protection {
  readonly #services: Services
  readonly #orgId: string
  readonly #setting: Setting
  readonly #kinds: ReadonlySet<AliasKind>
  readonly #programs: ReadonlySet<string>
  readonly #redactions = new Map<string, Map<string, number>>()
  /** What is stored in the place of a value, as far as it was seen. */
  #stored = new Map<string, string>()

  private constructor(services: Services, orgId: string, setting: Setting) {
    this.#services = services
    this.#orgId = orgId
    this.#setting = setting
    this.#kinds = new Set(setting.kinds)
    this.#programs = new Set(setting.programs)
  }

  /** As the organisation wants it at this time. */
  static async open(services: Services, orgId: string): Promise<Protection> {
    const { database, clock } = services
    return new Protection(services, orgId, await database.tenant(orgId, clock, readSetting))
  }

  /** Whether any values become aliases: then nothing may quote what a source gave. */
  get usesAliases(): boolean {
    return this.#kinds.size > 0
  }

  /** The declaration under which a resource's records are stored: it says which fields hold aliases. */
  declare(declaration: ResourceDeclaration): ResourceDeclaration {
    return withAliases(declaration, personalFields(declaration, this.#kinds))
  }

  /** The records as they may be stored, in their order. Many at a time: each call may ask the database once. */
  async protect(declaration: ResourceDeclaration, records: readonly JsonObject[]): Promise<readonly JsonObject[]> {
    const named = await this.#alias(declaration, records)
    // Most records hold nothing like a secret: one look at all of them tells.
    if (!mayHoldSecret(JSON.stringify(named))) return named
    return Promise.all(
      named.map(record =>
        mayHoldSecret(JSON.stringify(record)) ? this.#redact(declaration.name, record) : Promise.resolve(record),
      ),
    )
  }

  /** What was redacted of a resource, by field and rule. */
  redactionsOf(resource: string): Redaction[] {
    const counts = [...(this.#redactions.get(resource) ?? [])]
    return counts
      .map(([place, count]) => {
        const [rule = '', field = ''] = place.split(/ (.*)/s)
        return { field, rule, count }
      })
      .sort((a, b) => (a.field + a.rule < b.field + b.rule ? -1 : 1))
  }

  async #alias(declaration: ResourceDeclaration, records: readonly JsonObject[]): Promise<readonly JsonObject[]> {
    const fields = personalFields(declaration, this.#kinds)
    if (fields.length === 0) return records
    const wanted = new Map<string, PersonalValue>()
    const look = (personal: PersonalValue) => {
      const name = nameOf(personal)
      if (!this.#stored.has(name)) {
        if (staysPlain(personal, this.#programs)) this.#stored.set(name, personal.value)
        else wanted.set(name, personal)
      }
      return personal.value
    }
    if (this.#stored.size > mostRemembered) this.#stored = new Map()
    for (const record of records) mapPersonal(record, fields, this.#kinds, look)
    if (wanted.size > 0) await this.#learn(wanted)
    return records.map(record =>
      mapPersonal(record, fields, this.#kinds, personal => this.#stored.get(nameOf(personal)) ?? personal.value),
    )
  }

  async #learn(wanted: ReadonlyMap<string, PersonalValue>): Promise<void> {
    const { database, clock } = this.#services
    const values = [...wanted]
    const aliases = await database.tenant(this.#orgId, clock, tx =>
      makeAliases(
        this.#services,
        tx,
        values.map(([, personal]) => personal),
        this.#setting,
      ),
    )
    for (const [at, [name, personal]] of values.entries()) this.#stored.set(name, aliases[at] ?? personal.value)
  }

  async #redact(resource: string, record: JsonObject): Promise<JsonObject> {
    const entries = await Promise.all(
      Object.entries(record).map(async ([field, value]) => [
        await this.#text(resource, field, field),
        await this.#within(resource, field, value),
      ]),
    )
    return Object.fromEntries(entries) as JsonObject
  }

  async #within(resource: string, field: string, value: Json): Promise<Json> {
    if (typeof value === 'string') return this.#text(resource, field, value)
    if (Array.isArray(value))
      return Promise.all((value as readonly Json[]).map(inner => this.#within(resource, field, inner)))
    if (typeof value !== 'object' || value === null) return value
    const entries = await Promise.all(
      Object.entries(value).map(async ([name, inner]) => [
        await this.#text(resource, field, name),
        await this.#within(resource, field, inner),
      ]),
    )
    return Object.fromEntries(entries) as JsonObject
  }

  async #text(resource: string, field: string, text: string): Promise<string> {
    const { text: clean, found } = await redactSecrets(text)
    if (found.length === 0) return text
    const counts = this.#redactions.get(resource) ?? new Map<string, number>()
    this.#redactions.set(resource, counts)
    // A field's own name may be the secret.
    const { text: named } = field === text ? { text: clean } : await redactSecrets(field)
    for (const { rule } of found) counts.set(`${rule} ${named}`, (counts.get(`${rule} ${named}`) ?? 0) + 1)
    return clean
  }
}

const nameOf = ({ kind, value }: PersonalValue): string => `${kind} ${value}`
