import { Client } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from './postgres.ts'

const made: TestDatabase[] = []
afterAll(async () => {
  await Promise.all(made.map(database => database.drop()))
})

async function fresh(...options: Parameters<typeof testDatabase>): Promise<TestDatabase> {
  const database = await testDatabase(...options)
  made.push(database)
  return database
}

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

describe('testDatabase', () => {
  it('gives each caller a database of its own, copied from a template that is filled once', async () => {
    let fills = 0
    const template = async (connectionString: string): Promise<void> => {
      fills += 1
      await query(connectionString, "create table letter as select 'a' as name")
    }
    const databases = await Promise.all(
      Array.from({ length: 8 }, () => fresh({ template, templateName: 'letters_template' })),
    )
    expect(fills).toBe(1)
    await Promise.all(
      databases.map((database, index) => query(database.connectionString, `insert into letter values ('${index}')`)),
    )
    for (const [index, database] of databases.entries()) {
      expect(await query(database.connectionString, 'select name from letter order by name desc')).toEqual([
        'a',
        String(index),
      ])
    }
  })

  it('gives an empty database when no template is named', async () => {
    const { connectionString } = await fresh()
    expect(await query(connectionString, "select count(*)::int from pg_tables where schemaname = 'public'")).toEqual([
      0,
    ])
  })

  it('fills a template again when filling it failed', async () => {
    const options = { templateName: 'second_try_template' }
    await expect(fresh({ ...options, template: () => Promise.reject(new Error('first try')) })).rejects.toThrow(
      'first try',
    )
    const { connectionString } = await fresh({
      ...options,
      template: async url => {
        await query(url, 'create table letter (name text)')
      },
    })
    expect(await query(connectionString, 'select count(*)::int from letter')).toEqual([0])
  })

  it('deletes the database, even with open connections', async () => {
    const { connectionString, drop } = await testDatabase()
    const client = new Client({ connectionString })
    client.on('error', () => undefined)
    await client.connect()
    await drop()
    await expect(query(connectionString, 'select 1')).rejects.toThrow('does not exist')
    await client.end().catch(() => undefined)
  })
})
