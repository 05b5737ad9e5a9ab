/**
 * What is asked of PostgreSQL 13 and later: for each resource one query that gives one jsonb record a row, and one that counts its
 * rows in the catalogue itself, without the joins of the first. Every catalogue is named with its schema and the search path is
 * pg_catalog alone, so that objects of the database cannot stand in for what is called here.
 */
export interface ResourceQuery {
  readonly resource: string
  /** Shown while it runs. */
  readonly title: string
  readonly records: string
  readonly count: string
}

/** What the role of the connection may read; decides which columns are null. */
export interface Rights {
  readonly settings: boolean
  readonly passwords: boolean
  readonly hba: boolean
}

/** Asked first. `has_..._privilege` also says yes to a superuser. */
export const rightsQuery = `
  select pg_has_role(current_user, 'pg_read_all_settings', 'USAGE') as settings,
         has_column_privilege('pg_catalog.pg_authid', 'rolpassword', 'SELECT')
           and has_column_privilege('pg_catalog.pg_authid', 'oid', 'SELECT') as passwords,
         has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT')
           and has_function_privilege('pg_catalog.pg_hba_file_rules()', 'EXECUTE') as hba,
         current_setting('server_version_num')::int as version,
         to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now`

const utc = (expression: string) =>
  `case when isfinite(${expression}) then to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end`

/** Schemas of the system: left out of grants and tables. */
const ownSchema = (name: string) => `${name} !~ '^pg_' and ${name} <> 'information_schema'`

/** Settings that can hold a secret: connection strings, commands, and what extensions and applications name so. */
const secretSetting = `(
  name ~* '(conninfo|passphrase|_command$|secret|token|credential|api_?key|encryption_key|private_key|salt)'
  or (name ~* 'passw(or)?d' and name not in ('password_encryption', 'scram_iterations', 'md5_password_warnings', 'password_expiration_warning_threshold'))
  or (name like '%.%' and name ~* '(key|dsn|url|uri|pw)$')
)`

const server: ResourceQuery = {
  resource: 'postgres.server',
  title: 'Reading the server',
  count: 'select 1 as count',
  records: `
    select nullif(current_setting('cluster_name'), '') as cluster_name,
           current_database() as database,
           split_part(current_setting('server_version'), ' ', 1) as version,
           current_setting('server_version_num')::int as server_version_num,
           current_setting('server_version_num')::int / 10000 as major_version,
           current_setting('server_version_num')::int % 10000 as minor_version,
           pg_is_in_recovery() as in_recovery,
           current_setting('ssl')::boolean as ssl,
           (select s.ssl from pg_catalog.pg_stat_ssl s where s.pid = pg_backend_pid()) as ssl_in_use,
           inet_server_addr() is null as unix_socket,
           current_setting('listen_addresses') as listen_addresses,
           current_setting('data_checksums')::boolean as data_checksums,
           ${utc('pg_postmaster_start_time()')} as start_time`,
}

function role(rights: Rights): ResourceQuery {
  const password = rights.passwords
    ? `p.rolpassword is not null as password_set,
       case when p.rolpassword is null then 'none' when p.rolpassword like 'SCRAM-SHA-256$%' then 'scram-sha-256'
            when p.rolpassword ~ '^md5[0-9a-f]{32}$' then 'md5' else 'other' end as password_method,
       substring(p.rolpassword from '^SCRAM-SHA-256[$]([0-9]{1,9}):')::int as password_iterations`
    : 'null::boolean as password_set, null::text as password_method, null::int as password_iterations'
  return {
    resource: 'postgres.role',
    title: 'Reading roles',
    count: 'select count(*) as count from pg_catalog.pg_roles',
    records: `
    select r.rolname as name, r.rolsuper as superuser, r.rolinherit as inherit, r.rolcreaterole as createrole, r.rolcreatedb as createdb,
           r.rolcanlogin as login, r.rolreplication as replication, r.rolbypassrls as bypassrls, r.rolconnlimit as connection_limit,
           coalesce(r.rolvaliduntil <> 'infinity', false) as expires, ${utc('r.rolvaliduntil')} as valid_until,
           ${password},
           r.rolname like 'pg\\_%' as system,
           (select coalesce(jsonb_agg(distinct split_part(c, '=', 1)), '[]')
              from pg_catalog.pg_db_role_setting s, unnest(s.setconfig) c where s.setrole = r.oid) as settings
      from pg_catalog.pg_roles r${rights.passwords ? ' join pg_catalog.pg_authid p on p.oid = r.oid' : ''}`,
  }
}

const membership: ResourceQuery = {
  resource: 'postgres.membership',
  title: 'Reading memberships',
  count: 'select count(*) as count from pg_catalog.pg_auth_members',
  // Two options exist from PostgreSQL 16 on; taken out of the row as JSON they are null before.
  records: `
    select pg_get_userbyid(m.roleid) as role, pg_get_userbyid(m.member) as member, pg_get_userbyid(m.grantor) as grantor, m.admin_option,
           (to_jsonb(m) ->> 'inherit_option')::boolean as inherit_option, (to_jsonb(m) ->> 'set_option')::boolean as set_option
      from pg_catalog.pg_auth_members m`,
}

const setting: ResourceQuery = {
  resource: 'postgres.setting',
  title: 'Reading settings',
  count: `select count(*) as count from pg_catalog.pg_settings where name !~ '^transaction_'`,
  // What this transaction itself has set (its time limits) is given as it was before: the value after RESET.
  records: `
    select name,
           case when redacted then null when source in ('session', 'client') then reset_val else setting end as value,
           unit, category, context, source, case when redacted then null else boot_val end as boot_value, pending_restart, redacted
      from (select *, ${secretSetting} and coalesce(setting, '') not in ('', '(disabled)') as redacted
              from pg_catalog.pg_settings where name !~ '^transaction_') s`,
}

const database: ResourceQuery = {
  resource: 'postgres.database',
  title: 'Reading databases',
  count: 'select count(*) as count from pg_catalog.pg_database',
  records: `
    select d.datname as name, pg_get_userbyid(d.datdba) as owner, pg_encoding_to_char(d.encoding) as encoding,
           d.datistemplate as is_template, d.datallowconn as allow_connections, d.datconnlimit as connection_limit,
           coalesce(p.privileges @> '{CONNECT}', false) as public_connect, coalesce(p.privileges @> '{CREATE}', false) as public_create,
           coalesce(p.privileges @> '{TEMPORARY}', false) as public_temporary,
           case when has_database_privilege(d.oid, 'CONNECT') or pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')
                then pg_database_size(d.oid) end as size_bytes
      from pg_catalog.pg_database d,
   lateral (select array_agg(a.privilege_type::text) as privileges
              from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a where a.grantee = 0) p`,
}

const relationKind = `case c.relkind when 'r' then 'table' when 'p' then 'partitioned_table' when 'v' then 'view'
  when 'm' then 'materialized_view' when 'f' then 'foreign_table' when 'S' then 'sequence' end`

/** Each kind of object with its owner and access list; \`null\` lists are the built-in defaults, written out by acldefault(). */
function accessLists(version: number): string {
  const parts = [
    `select 'database', null::name, d.datname, quote_ident(d.datname), d.datdba, coalesce(d.datacl, acldefault('d', d.datdba)) from pg_catalog.pg_database d`,
    `select 'tablespace', null, t.spcname, quote_ident(t.spcname), t.spcowner, coalesce(t.spcacl, acldefault('t', t.spcowner)) from pg_catalog.pg_tablespace t`,
    `select 'schema', n.nspname, n.nspname, quote_ident(n.nspname), n.nspowner, coalesce(n.nspacl, acldefault('n', n.nspowner)) from pg_catalog.pg_namespace n
      where ${ownSchema('n.nspname')}`,
    `select ${relationKind}, n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relowner,
            coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner))
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${ownSchema('n.nspname')}`,
    `select 'column', n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname) || '(' || quote_ident(a.attname) || ')', c.relowner, a.attacl
       from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where a.attacl is not null and not a.attisdropped and ${ownSchema('n.nspname')}`,
    `select 'routine', n.nspname, p.proname,
            quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.proowner,
            coalesce(p.proacl, acldefault('f', p.proowner))
       from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where ${ownSchema('n.nspname')}`,
    `select 'type', n.nspname, t.typname, quote_ident(n.nspname) || '.' || quote_ident(t.typname), t.typowner, t.typacl
       from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace where t.typacl is not null and ${ownSchema('n.nspname')}`,
    `select 'language', null, l.lanname, quote_ident(l.lanname), l.lanowner, coalesce(l.lanacl, acldefault('l', l.lanowner)) from pg_catalog.pg_language l
      where l.lanpltrusted`,
    `select 'foreign_server', null, s.srvname, quote_ident(s.srvname), s.srvowner, coalesce(s.srvacl, acldefault('S', s.srvowner)) from pg_catalog.pg_foreign_server s`,
    `select 'foreign_data_wrapper', null, f.fdwname, quote_ident(f.fdwname), f.fdwowner, coalesce(f.fdwacl, acldefault('F', f.fdwowner))
       from pg_catalog.pg_foreign_data_wrapper f`,
    `select 'default_' || case d.defaclobjtype when 'r' then 'table' when 'S' then 'sequence' when 'f' then 'routine' when 'T' then 'type'
              when 'n' then 'schema' else 'large_object' end,
            n.nspname, null, 'what ' || quote_ident(pg_get_userbyid(d.defaclrole)) || ' creates' || coalesce(' in ' || quote_ident(n.nspname), ''),
            d.defaclrole, d.defaclacl
       from pg_catalog.pg_default_acl d left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace`,
  ]
  if (version >= 150000) {
    parts.push(
      `select 'parameter', null, p.parname::name, p.parname, 10::oid, p.paracl from pg_catalog.pg_parameter_acl p`,
    )
  }
  return `(${parts.join('\n    union all\n    ')}) as o(kind, schema, name, object, owner, acl), lateral aclexplode(o.acl) a where a.grantee <> o.owner`
}

function grant(version: number): ResourceQuery {
  return {
    resource: 'postgres.grant',
    title: 'Reading grants',
    count: `select count(*) as count from ${accessLists(version)}`,
    records: `
    select o.kind, o.schema, o.name, o.object, pg_get_userbyid(o.owner) as owner,
           case when a.grantee = 0 then 'PUBLIC' else pg_get_userbyid(a.grantee) end as grantee, a.grantee = 0 as to_public,
           a.privilege_type as privilege, a.is_grantable as grantable, pg_get_userbyid(a.grantor) as grantor
      from ${accessLists(version)}`,
  }
}

function table(version: number): ResourceQuery {
  // Never analysed is -1 from PostgreSQL 14 on; before, it was 0 like an empty table.
  const never = version >= 140000 ? '-1' : '0'
  return {
    resource: 'postgres.table',
    title: 'Reading tables',
    count: `select count(*) as count from pg_catalog.pg_class c
             where c.relkind in ('r', 'p', 'v', 'm', 'f')
               and c.relnamespace in (select n.oid from pg_catalog.pg_namespace n where ${ownSchema('n.nspname')})`,
    records: `
    select current_database() as database, n.nspname as schema, c.relname as name, pg_get_userbyid(c.relowner) as owner, ${relationKind} as kind,
           c.relrowsecurity as row_security, c.relforcerowsecurity as row_security_forced,
           (select count(*) from pg_catalog.pg_policy p where p.polrelid = c.oid) as policy_count,
           coalesce(jsonb_array_length(a.names), 0) as column_count, coalesce(a.names, '[]') as column_names,
           case when c.relkind in ('r', 'p', 'm', 'f') then nullif(c.reltuples, ${never})::bigint end as estimated_rows
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace,
   lateral (select jsonb_agg(a.attname order by a.attnum) as names
              from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) a
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and ${ownSchema('n.nspname')}`,
  }
}

const extension: ResourceQuery = {
  resource: 'postgres.extension',
  title: 'Reading extensions',
  count: 'select count(*) as count from pg_catalog.pg_extension',
  records: `
    select current_database() as database, e.extname as name, e.extversion as version, d.default_version, n.nspname as schema,
           pg_get_userbyid(e.extowner) as owner, v.trusted, v.superuser as needs_superuser
      from pg_catalog.pg_extension e
      left join pg_catalog.pg_namespace n on n.oid = e.extnamespace
      left join pg_catalog.pg_available_extensions d on d.name = e.extname
      left join pg_catalog.pg_available_extension_versions v on v.name = e.extname and v.version = e.extversion`,
}

const hbaRule: ResourceQuery = {
  resource: 'postgres.hba_rule',
  title: 'Reading authentication rules',
  count: 'select count(*) as count from pg_catalog.pg_hba_file_rules',
  // file_name exists from PostgreSQL 16 on; taken out of the row as JSON it is null before.
  records: `
    select coalesce(to_jsonb(h) ->> 'file_name', 'pg_hba.conf') as file, h.line_number as line, h.type, h.database, h.user_name as user,
           h.address, h.netmask, h.auth_method as method, h.options, h.error
      from pg_catalog.pg_hba_file_rules h`,
}

/** The queries for a server of this version (`server_version_num`) and these rights, in the order in which they are asked. */
export function queriesFor(version: number, rights: Rights): readonly ResourceQuery[] {
  const always = [server, role(rights), membership, setting, database, grant(version), table(version), extension]
  return rights.hba ? [...always, hbaRule] : always
}
