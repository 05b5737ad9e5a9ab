import { z } from 'zod'

const base64url = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/)
  .max(20_000)
const name = z.string().trim().min(1, 'Name it after the device or the app that keeps it.').max(100)
const code = z.string().trim().min(6, 'Give the code.').max(50)

export const passkeySchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    synced: z.boolean().meta({ description: 'A provider keeps it on more than one device.' }),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Passkey' })

/** By what a person can show who they are. */
export const factorsSchema = z
  .object({
    password: z.boolean(),
    totp_since: z.iso.datetime().nullable().meta({ description: 'An authenticator app; null without one.' }),
    passkeys: z.array(passkeySchema),
    recovery_codes: z.int().meta({ description: 'Those that were not used.' }),
  })
  .meta({ id: 'Factors' })

/** The key is shown once. */
export const totpOffer = z.object({
  key: z.string(),
  address: z.string().meta({ description: 'For the QR code that the app reads.' }),
})
export const codeInput = z.object({ code })
/** Shown once: only their hashes are kept. */
export const recoveryCodes = z.object({ recovery_codes: z.array(z.string()) })
export const maybeRecoveryCodes = z.object({
  recovery_codes: z
    .array(z.string())
    .nullable()
    .meta({ description: 'With the first second factor; shown once. Null for who has them.' }),
})

const transports = z.array(z.string().max(30)).max(10)
const descriptor = z.object({ id: z.string(), type: z.literal('public-key'), transports: transports.optional() })

/** As WebAuthn's `PublicKeyCredentialCreationOptionsJSON`. */
export const creationOptions = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ alg: z.int(), type: z.literal('public-key') })),
  timeout: z.int(),
  excludeCredentials: z.array(descriptor),
  authenticatorSelection: z.object({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
  attestation: z.literal('none'),
})

/** As WebAuthn's `PublicKeyCredentialRequestOptionsJSON`. */
export const requestOptions = z.object({
  rpId: z.string(),
  challenge: z.string(),
  timeout: z.int(),
  userVerification: z.literal('required'),
})

const answer = { id: base64url, rawId: base64url, type: z.literal('public-key') }
// What extensions say is not used.
const noExtensions = z.object({}).default({})

/** As WebAuthn's `RegistrationResponseJSON`. */
export const registrationResponse = z.object({
  ...answer,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: transports.default([]),
  }),
  clientExtensionResults: noExtensions,
})

/** As WebAuthn's `AuthenticationResponseJSON`. */
export const authenticationResponse = z.object({
  ...answer,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
  clientExtensionResults: noExtensions,
})

export const passkeyInput = z.object({ name, passkey: registrationResponse })
export const passkeyMade = maybeRecoveryCodes.extend({ id: z.uuid() })
export const passkeyChange = z.object({ name })
export const passkeySignIn = z.object({ passkey: authenticationResponse })

/** One of what the person has. */
export const proofInput = z.union([
  z.object({ password: z.string().min(1).max(1_000) }),
  codeInput,
  z.object({ passkey: authenticationResponse }),
])

export const signInRulesSchema = z
  .object({
    second_factor: z.boolean().meta({ description: 'Members need a second factor.' }),
  })
  .meta({ id: 'SignInRules' })
