import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyPackage } from '../../../verifier/package/verify-package.ts'
import { listKeys } from '../../features/ledger/store.ts'
import { makePackage } from '../../features/packages/make-package.ts'
import { type TestServices, testServices } from '../../platform/testing/services.ts'
import { loadMasterKeys, masterKeyFrom, prepareNextMasterKey } from '../../platform/vault/master-key.ts'
import { personVaultStore } from '../../platform/vault/person-store.ts'
import { operatorVaultStore } from '../../platform/vault/sql-store.ts'
import { Vault } from '../../platform/vault/vault.ts'
import { checkLedger } from './check-ledger.ts'
import { findOrganisations, rotateLedgerKey } from './ledger-keys.ts'
import { rotateMasterKey } from './rotate-master-key.ts'
import { makeSmallOrganisation, temporaryFolder } from './testing.ts'

let services: TestServices
let orgId = ''
const folder = temporaryFolder()
const encoded = (fill: number): string => Buffer.alloc(32, fill).toString('base64')
const keyFile = (): string => join(services.config.dataDir, 'master.key')

beforeAll(async () => {
  services = await testServices()
  orgId = await makeSmallOrganisation(services)
  await services.vault.putSecret(orgId, 'token', 'hunter2')
}, 60_000)
afterAll(async () => {
  await services?.close()
  folder.remove()
})

/** The vault as a process that starts now sees it. */
function freshVault(env: Record<string, string> = {}): Vault {
  return new Vault(loadMasterKeys({ dataDir: services.config.dataDir, env }), operatorVaultStore(services.database))
}

describe('vouch vault rotate', () => {
  it('replaces the key in the file; every secret opens with the new one and none with the old', async () => {
    const before = readFileSync(keyFile(), 'utf8')
    const { rotated, from } = await rotateMasterKey(services)
    expect({ rotated, from }).toEqual({ rotated: 1, from: 'file' })
    expect(readFileSync(keyFile(), 'utf8')).not.toBe(before)
    expect(existsSync(`${keyFile()}.next`)).toBe(false)
    expect(await freshVault().getSecretText(orgId, 'token')).toBe('hunter2')
    await expect(services.vault.getSecretText(orgId, 'token')).rejects.toMatchObject({ code: 'integrity' })
  })

  it('takes the secrets of people along: the keys of their authenticator apps', async () => {
    const user = await services.signIn.addUserWithoutPassword({ name: 'A. Person', email: 'person@example.test' })
    const vaultOf = () =>
      new Vault(
        loadMasterKeys({ dataDir: services.config.dataDir, env: {} }),
        personVaultStore(work => services.database.operator(work)),
      )
    const before = vaultOf()
    await before.putSecret(user.id, 'totp', 'JBSWY3DPEHPK3PXP')
    expect((await rotateMasterKey(services)).rotated).toBe(2)
    expect(await vaultOf().getSecretText(user.id, 'totp')).toBe('JBSWY3DPEHPK3PXP')
    await expect(before.getSecretText(user.id, 'totp')).rejects.toMatchObject({ code: 'integrity' })
    // What belongs to another person does not open.
    const other = await services.signIn.addUserWithoutPassword({ name: 'B. Person', email: 'other@example.test' })
    await services.database.operator(trx =>
      trx.updateTable('auth_data_key').set({ user_id: other.id }).where('user_id', '=', user.id).execute(),
    )
    await services.database.operator(trx =>
      trx.updateTable('auth_secret').set({ user_id: other.id }).where('user_id', '=', user.id).execute(),
    )
    await expect(vaultOf().getSecretText(other.id, 'totp')).rejects.toMatchObject({ code: 'integrity' })
    await services.database.operator(trx => trx.deleteFrom('auth_user').execute())
  })

  it('goes on where it was interrupted, before any key was wrapped and after all were', async () => {
    prepareNextMasterKey(services.config.dataDir)
    expect(await freshVault().getSecretText(orgId, 'token')).toBe('hunter2')
    expect((await rotateMasterKey(services)).rotated).toBe(1)
    expect(await freshVault().getSecretText(orgId, 'token')).toBe('hunter2')
    const next = prepareNextMasterKey(services.config.dataDir)
    await freshVault().rotate(next)
    expect(await freshVault().getSecretText(orgId, 'token')).toBe('hunter2')
    expect(await rotateMasterKey(services)).toEqual({ rotated: 0, keyId: next.id, from: 'file' })
    expect(await freshVault().getSecretText(orgId, 'token')).toBe('hunter2')
  })

  it('is refused while a server or worker holds the old key', async () => {
    const worker = await services.database.dedicatedClient('worker presence')
    await expect(rotateMasterKey(services)).rejects.toThrow(/Stop them all/)
    await worker.end()
    expect(existsSync(`${keyFile()}.next`)).toBe(false)
  })

  it('moves the key to the environment, and on from there, saying what to set', async () => {
    const file = readFileSync(keyFile(), 'utf8').trim()
    const rotate = (current: string, previous?: string) =>
      rotateMasterKey({
        ...services,
        config: { ...services.config, masterKeys: { VOUCH_MASTER_KEY: current, VOUCH_MASTER_KEY_PREVIOUS: previous } },
      })
    await expect(rotate(encoded(1))).rejects.toThrow(/VOUCH_MASTER_KEY_PREVIOUS/)
    await expect(rotate(file, file)).rejects.toThrow(/the same key/)
    await expect(rotate(encoded(1), encoded(2))).rejects.toMatchObject({ code: 'integrity' })
    const { id } = masterKeyFrom(Buffer.alloc(32, 1))
    expect(await rotate(encoded(1), file)).toEqual({ rotated: 1, keyId: id, from: 'environment' })
    expect(await freshVault({ VOUCH_MASTER_KEY: encoded(1) }).getSecretText(orgId, 'token')).toBe('hunter2')
    // Back to the file's key, which the other tests use.
    await rotate(file, encoded(1))
    expect(await freshVault().getSecretText(orgId, 'token')).toBe('hunter2')
  })
})

describe('vouch ledger', () => {
  const fresh = (): TestServices => ({ ...services, vault: freshVault() })

  it('rotate-key: a package made across two rotations verifies with each key, the oldest included', async () => {
    const first = await services.database.tenant(orgId, services.clock, listKeys)
    const second = await rotateLedgerKey(fresh(), orgId, 'operator')
    const third = await rotateLedgerKey(fresh(), orgId, 'operator')
    const keys = (await services.database.tenant(orgId, services.clock, listKeys)).map(key => key.vkey)
    expect(keys).toEqual([third, second, first[0]?.vkey])
    const file = join(folder.path, 'package.zip')
    await makePackage(fresh(), orgId, {}, { actor: 'operator', copyTo: file })
    for (const key of keys) {
      const report = await verifyPackage(file, { key })
      expect(report.differences).toEqual([])
      expect(report.keyTrusted).toBe(true)
    }
    // That a package was made, and the activity of it.
    expect(await checkLedger(services.database, orgId)).toMatchObject({ problems: [], waiting: 2 })
  }, 60_000)

  it('check names each thing that was changed', async () => {
    const change = async (statement: string): Promise<string> => {
      const client = await services.database.dedicatedClient('test')
      // All of it is rolled back: checkLedger has a connection of its own, so it is committed first.
      await client.query(
        'create temporary table keep as select * from ledger_entry; create temporary table keep_leaf as select * from ledger_leaf; create temporary table keep_opening as select * from ledger_opening',
      )
      await client.query('set session_replication_role = replica')
      await client.query(statement)
      const { problems } = await checkLedger(services.database, orgId)
      await client.query(`begin; delete from ledger_opening; delete from ledger_leaf; delete from ledger_entry;
        insert into ledger_entry overriding system value select * from keep; insert into ledger_leaf select * from keep_leaf; insert into ledger_opening select * from keep_opening; commit`)
      await client.end()
      return problems.join('\n')
    }
    const third = '(select entry_id from ledger_leaf where index = 2)'
    expect(
      await change(`update ledger_entry set leaf = replace(leaf, 'operator', 'somebody') where id = ${third}`),
    ).toMatch(/do not lead to the checkpoint/)
    expect(await change(`update ledger_entry set actor = 'somebody' where id = ${third}`)).toBe(
      '1 entries are listed as something else than their leaves say.',
    )
    expect(await change(`update ledger_opening set content = content || ' ' where entry_id = ${third}`)).toBe(
      'What is kept beside leaf 2 is not what the leaf commits to.',
    )
    expect(await change('update ledger_leaf set hash = sha256(hash) where index = 2')).toMatch(
      /1 stored leaf hashes are not those/,
    )
    expect(await change('delete from ledger_leaf where index = 2')).toMatch(/Leaves are missing/)
    expect((await checkLedger(services.database, orgId)).problems).toEqual([])
  })

  it('finds organisations by their short name', async () => {
    expect(await findOrganisations(services)).toEqual([{ id: orgId, slug: 'small' }])
    await expect(findOrganisations(services, 'nobody')).rejects.toThrow(/There are: small/)
  })
})
