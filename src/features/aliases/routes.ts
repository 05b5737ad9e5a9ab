import type { App, Routes } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import {
  aliasesSchema,
  aliasInput,
  aliasList,
  aliasSettingSchema,
  erasureInput,
  erasureSchema,
  revealedList,
  revealInput,
} from './contract.ts'
import { erasePerson } from './erase-person.ts'
import { makeAliases } from './make-aliases.ts'
import { readAliases } from './read-aliases.ts'
import { revealAliases } from './reveal-aliases.ts'
import { changeSetting, readSetting } from './setting.ts'
import type { PersonalStores } from './stores.ts'

const tags = ['aliases']

/** Aliases for personal values: for pages, and for programs that have such values themselves. */
export function aliasesRoutes(stores: PersonalStores): Routes {
  return (app: App, services: Services) => {
    const { database, clock } = services
    app.get(
      '/aliases',
      {
        config: { access: 'aliases.read' },
        schema: {
          operationId: 'getAliases',
          summary: 'What is stored as aliases',
          tags,
          response: { 200: aliasesSchema },
        },
      },
      request => database.tenant(request.orgId, clock, tx => readAliases(tx, stores)),
    )
    app.put(
      '/aliases/setting',
      {
        config: { access: 'aliases.change' },
        schema: {
          operationId: 'changeAliasSetting',
          summary: 'Say what is stored as aliases from the next collection on; every source is collected again',
          tags,
          body: aliasSettingSchema,
          response: { 200: aliasesSchema },
        },
      },
      async request => {
        await database.tenant(request.orgId, clock, async tx => {
          await changeSetting(tx, request.body)
          await stores.collectAll(tx)
        })
        if (request.body.kinds.length > 0) await stores.sealUploads(services, request.orgId)
        return database.tenant(request.orgId, clock, tx => readAliases(tx, stores))
      },
    )
    app.post(
      '/aliases',
      {
        config: { access: 'aliases.make' },
        schema: {
          operationId: 'makeAliases',
          summary: 'The aliases of values, made where there are none: always the same for the same value',
          tags,
          body: aliasInput,
          response: { 200: aliasList },
        },
      },
      request =>
        database.tenant(request.orgId, clock, async tx => {
          const aliases = await makeAliases(services, tx, request.body.values, await readSetting(tx))
          return { items: aliases.map(alias => ({ alias })) }
        }),
    )
    app.post(
      '/aliases/reveal',
      {
        config: { access: 'aliases.reveal', sensitive: true, fresh: true },
        schema: {
          operationId: 'revealAliases',
          summary: 'What aliases stand for; each is recorded',
          tags,
          body: revealInput,
          response: { 200: revealedList },
        },
      },
      async request => ({
        items: await database.tenant(request.orgId, clock, tx => revealAliases(services, tx, request.body.aliases)),
      }),
    )
    app.post(
      '/aliases/erase',
      {
        config: { access: 'aliases.erase', fresh: true },
        schema: {
          operationId: 'erasePerson',
          summary: 'Erase a person’s values for good, with every uploaded original',
          tags,
          body: erasureInput,
          response: { 200: erasureSchema },
        },
      },
      request => erasePerson(services, request.orgId, request.body, { stores, actor: request.actor }),
    )
  }
}
