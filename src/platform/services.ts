import type { Logger } from 'pino'
import type { Clock } from './clock/clock.ts'
import type { Config } from './config/config.ts'
import type { Database } from './db/database.ts'
import type { ChangeListener } from './events/events.ts'
import type { Mail } from './mail/mail.ts'
import type { ObjectStore } from './objects/object-store.ts'
import type { SignIn } from './sign-in/sign-in.ts'
import type { Vault } from './vault/vault.ts'

/** What a feature's services work with. Made once by `entry/`, handed down, never imported as a global. */
export interface Services {
  readonly config: Config
  readonly database: Database
  readonly objects: ObjectStore
  readonly vault: Vault
  readonly signIn: SignIn
  readonly mail: Mail
  readonly clock: Clock
  readonly changes: ChangeListener
  readonly log: Logger
}
