import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser'
import { answer, api, type Schemas } from './client.ts'
import { PasskeyProblem } from './problem.ts'
import type { paths } from './schema.gen.ts'

type Assertion = paths['/api/v1/session/passkey']['post']['requestBody']['content']['application/json']['passkey']
type Attestation = paths['/api/v1/account/passkeys']['post']['requestBody']['content']['application/json']['passkey']

/** Whether this browser knows passkeys, here. It does not at an IP address. */
export const knowsPasskeys = (): boolean => 'PublicKeyCredential' in window

/** Lets the person choose a passkey and show that it is theirs. Rejects when they do not. */
export async function choosePasskey(): Promise<Assertion> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const optionsJSON = await answer(api.GET('/api/v1/session/passkey/options'))
  const { id, rawId, response } = await inWords(startAuthentication({ optionsJSON }))
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  const given = { clientDataJSON, authenticatorData, signature, userHandle: userHandle ?? null }
  return { id, rawId, type: 'public-key', response: given, clientExtensionResults: {} }
}

/** Lets the person make a passkey. Rejects when they do not. */
export async function makePasskey(): Promise<Attestation> {
  const { startRegistration } = await import('@simplewebauthn/browser')
  const optionsJSON: PublicKeyCredentialCreationOptionsJSON = await answer(api.POST('/api/v1/account/passkeys/options'))
  const { id, rawId, response } = await inWords(startRegistration({ optionsJSON }))
  const { clientDataJSON, attestationObject, transports = [] } = response
  const given = { clientDataJSON, attestationObject, transports }
  return { id, rawId, type: 'public-key', response: given, clientExtensionResults: {} }
}

/** By what a person can show who they are. */
export type Factors = Schemas['Factors']

/** What a browser says of a ceremony that came to nothing, in our words. */
async function inWords<T>(ceremony: Promise<T>): Promise<T> {
  try {
    return await ceremony
  } catch (error) {
    const name = error instanceof Error ? error.name : ''
    throw new PasskeyProblem(words[name] ?? 'The passkey could not be used here. Try again, or choose another way.', {
      cause: error,
    })
  }
}

const words: Readonly<Record<string, string>> = {
  NotAllowedError: 'No passkey was used: the question was closed, or took too long.',
  AbortError: 'No passkey was used: the question was closed.',
  InvalidStateError: 'This device or app has a passkey for your account already.',
  SecurityError: 'Passkeys do not work at this address. Open Vouch by its name: on this machine, http://localhost.',
}
