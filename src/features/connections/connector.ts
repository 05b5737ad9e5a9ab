import type { z } from 'zod'
import type { JsonObject } from '../../../verifier/records/canonical.ts'
import type { ResourceDeclaration } from '../../../verifier/records/resource.ts'
import type { Clock } from '../../platform/clock/clock.ts'

/**
 * The code for one kind of source. A connector reads; it never writes to the source.
 *
 * A connector
 * - MUST ask for the least privilege that its resources need, and say in `privileges` what that is;
 * - MUST yield records as the source returned them, with the declared columns at the top level, and never invent a value: what the
 *   source could not give, or what needs rights that this connection lacks, is null (and becomes `unknown` in checks), never false;
 * - MUST page to the end. When it cannot (no rights, time out, a source that dies half-way) it MUST call `run.incomplete(resource, reason)` for
 *   what it started, or throw when nothing can be read; an incomplete resource makes the checks over it `unknown`;
 * - MUST call `run.asked(...)` for each distinct question (a command line, an API path, a query) with its parameters, and
 *   `run.total(resource, n)` with the source's own count when the source gives one: the run fails when the count differs;
 * - MUST stop soon after `run.signal` is aborted, and wait out the source's rate limits rather than fail;
 * - MUST NOT put secrets into records, questions, progress or errors: settings' secrets are redacted before storage as well;
 * - MUST NOT quote what the source gave in questions, reasons, progress or errors when `run.discreet` is set: personal values are stored as aliases then;
 * - MUST NOT hold a whole resource in memory: yield record by record (a resource may have millions), except where the source answers at once with little;
 * - MUST NOT use the machine's clock for what it asks: `run.clock.now()` is the time of the collection. Where the source has history
 *   (git), a run at an earlier time MUST see only what existed by then. `run.sourceClock(date)` records the source's own clock when it has one.
 *
 * A run is atomic: its snapshots are published together, or none is.
 */
export interface Connector<Settings = JsonObject> {
  /** `git`, `postgres`, `host`, `files`, `push`: also the folder of its checks. */
  readonly kind: string
  readonly title: string
  /** One or two sentences for the person who adds it. */
  readonly description: string
  /** What rights it needs, and why, for the person who grants them. */
  readonly privileges: string
  /** Validates settings; its field descriptions (`.describe`, `.meta({ title })`) make the guided form. */
  readonly settings: z.ZodType<Settings>
  /** Names of the settings that are secret: kept in the vault, never returned, never logged. */
  readonly secrets: readonly string[]
  /** Every resource that it can yield. With `settings` some connectors yield a part of them (see `resourcesOf`). */
  readonly resources: readonly ResourceDeclaration[]
  /** Its records are sent to Vouch; it is never collected, and its schedule says how often they are expected. */
  readonly pushed?: true
  /** Which resources a connection with these settings yields, or declares itself; all of them when absent. */
  resourcesOf?(settings: Settings): readonly (string | ResourceDeclaration)[]
  /** The contents of the uploads that settings refer to, by SHA-256: each must have been uploaded by the same organisation. */
  uploadsOf?(settings: Settings): readonly string[]
  /** A quick look whether the source can be reached with these settings; the message says what was found or what to do. */
  test(settings: Settings, signal: AbortSignal, uploads?: Uploads): Promise<ConnectionTest>
  /** Reads the source. Each yielded record belongs to one of `resources`; the order is free. */
  collect(settings: Settings, run: CollectionRun): AsyncIterable<CollectedRecord>
}

export interface ConnectionTest {
  readonly ok: boolean
  readonly message: string
}

/** The files that people of one organisation uploaded. */
export interface Uploads {
  /**
   * The bytes of an upload, by the SHA-256 of its content, which is checked while they are read. Throws VouchError `not_found` for what this
   * organisation did not upload, whoever else has it.
   */
  open(content: string): Promise<AsyncIterable<Uint8Array>>
}

export interface CollectedRecord {
  readonly resource: string
  readonly record: JsonObject
}

/** What a connector is given for one run, and what it tells about it. */
export interface CollectionRun {
  readonly signal: AbortSignal
  readonly clock: Clock
  /** A folder of the run's own for temporary files, removed afterwards. */
  readonly workDir: string
  /** Personal values are stored as aliases: nothing that the source gave may stand outside of records. */
  readonly discreet?: boolean
  /** What `uploadsOf` names can be read from here; absent where connectors run without a database. */
  readonly uploads?: Uploads
  asked(question: { resource: string; request: string; parameters?: JsonObject; pages?: number }): void
  /** The source's own count of a resource's records. */
  total(resource: string, count: number): void
  incomplete(resource: string, reason: string): void
  sourceClock(time: Date): void
  /** Shown live: what is being done, and how far (`done` of `of`, when known). */
  progress(message: string, done?: number, of?: number): void
}
