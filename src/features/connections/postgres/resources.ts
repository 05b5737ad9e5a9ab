import { type ColumnType, declareResource, type ResourceDeclaration } from '../../../../verifier/records/resource.ts'

type Columns = ResourceDeclaration['columns']

function column(type: ColumnType, description: string): Columns[string] {
  return { type, description }
}

function rolename(description: string): Columns[string] {
  return { type: 'text', description, personal: 'username' }
}

const server = declareResource({
  name: 'postgres.server',
  title: 'PostgreSQL server',
  description:
    'The server as this connection sees it: one record. The can_read_ columns say which facts the role of the connection may see.',
  key: ['address'],
  columns: {
    address: column('text', 'Host (or socket folder), port and database of the connection'),
    cluster_name: column('text', 'cluster_name of the server; null when it has none'),
    database: column('text', 'The database that was read'),
    version: column('text', 'Version as the server writes it, such as 17.6'),
    server_version_num: column('integer', 'Version as a number, such as 170006'),
    major_version: column('integer', 'Major version'),
    minor_version: column('integer', 'Minor version'),
    support_ends: column(
      'date',
      'Last day of community support of the major version (postgresql.org, versioning policy); null when not known',
    ),
    in_recovery: column('boolean', 'Whether it is a standby'),
    ssl: column('boolean', 'Whether the server accepts TLS'),
    ssl_in_use: column('boolean', 'Whether this connection itself used TLS'),
    unix_socket: column('boolean', 'Whether this connection came by a Unix socket'),
    listen_addresses: column('text', 'Addresses the server listens on; empty for Unix sockets only'),
    data_checksums: column('boolean', 'Whether data pages carry checksums'),
    start_time: column('timestamp', 'When the server started'),
    can_read_settings: column('boolean', 'Whether every setting is visible (pg_read_all_settings)'),
    can_read_passwords: column('boolean', 'Whether the kind of each password is visible (SELECT on pg_authid)'),
    can_read_hba: column('boolean', 'Whether the authentication rules are visible (pg_hba_file_rules)'),
  },
})

const role = declareResource({
  name: 'postgres.role',
  title: 'Database roles',
  description: 'Every role of the cluster. Whether and how a password is stored, never the hash itself.',
  key: ['name'],
  columns: {
    name: rolename('Name of the role'),
    superuser: column('boolean', 'Passes every permission check'),
    inherit: column('boolean', 'Has the rights of the roles it is a member of without SET ROLE'),
    createrole: column('boolean', 'May create and change roles'),
    createdb: column('boolean', 'May create databases'),
    login: column('boolean', 'May sign in'),
    replication: column('boolean', 'May stream the whole cluster'),
    bypassrls: column('boolean', 'Row-level security does not apply to it'),
    connection_limit: column('integer', 'Most concurrent connections; -1 for no limit'),
    expires: column('boolean', 'Whether its password has an end date'),
    valid_until: column('timestamp', 'End of the password; null when it has none'),
    password_set: column('boolean', 'Whether a password is stored; null when the connection may not know'),
    password_method: column('text', 'scram-sha-256, md5, none or other; null when the connection may not know'),
    password_iterations: column(
      'integer',
      'Iterations of a SCRAM password; null for others, or when the connection may not know',
    ),
    system: column('boolean', 'A role of PostgreSQL itself (pg_...)'),
    settings: column('json', 'Names of the settings that the role carries (ALTER ROLE ... SET), without values'),
  },
})

const membership = declareResource({
  name: 'postgres.membership',
  title: 'Role memberships',
  description: 'Which role is a member of which, with the options of the grant.',
  key: ['role', 'member', 'grantor'],
  columns: {
    role: rolename('The role whose rights are given'),
    member: rolename('The role that gets them'),
    grantor: rolename('Who granted it'),
    admin_option: column('boolean', 'May give the membership to others'),
    inherit_option: column(
      'boolean',
      'Has the rights without SET ROLE; null before PostgreSQL 16, where the member decides',
    ),
    set_option: column('boolean', 'May SET ROLE to it; null before PostgreSQL 16, where it always may'),
  },
})

const setting = declareResource({
  name: 'postgres.setting',
  title: 'Server settings',
  description:
    'pg_settings, with the value that holds for a new session of this role. Settings that only pg_read_all_settings may see are absent for other roles.',
  key: ['name'],
  columns: {
    name: column('text', 'Name of the setting'),
    value: column('text', 'Its value in `unit`; null when redacted or not visible'),
    unit: column('text', 'Unit of the value, such as ms or 8kB; null for none'),
    category: column('text', 'Group of settings'),
    context: column(
      'text',
      'When it can be changed: internal, postmaster, sighup, superuser-backend, backend, superuser, user',
    ),
    source: column('text', 'Where the value comes from: default, configuration file, database, user, ...'),
    boot_value: column('text', 'The value built into the server; null when redacted'),
    pending_restart: column('boolean', 'Changed in a file, not in force before a restart'),
    redacted: column('boolean', 'The value may hold a secret and was not read'),
  },
})

const database = declareResource({
  name: 'postgres.database',
  title: 'Databases',
  description: 'Every database of the cluster.',
  key: ['name'],
  columns: {
    name: column('text', 'Name of the database'),
    owner: rolename('Owner'),
    encoding: column('text', 'Encoding, such as UTF8'),
    is_template: column('boolean', 'May be cloned by anyone with CREATEDB'),
    allow_connections: column('boolean', 'Accepts connections'),
    connection_limit: column('integer', 'Most concurrent connections; -1 for no limit'),
    public_connect: column('boolean', 'PUBLIC may connect'),
    public_create: column('boolean', 'PUBLIC may create schemas'),
    public_temporary: column('boolean', 'PUBLIC may create temporary tables'),
    size_bytes: column('integer', 'Size on disk in bytes; null when the connection may not know'),
  },
})

const grant = declareResource({
  name: 'postgres.grant',
  title: 'Grants',
  description:
    'Each privilege that someone other than the owner has on an object of this database (or on databases, tablespaces and parameters of the cluster), built-in defaults included. Objects of the system schemas are left out.',
  key: ['kind', 'object', 'grantee', 'to_public', 'privilege', 'grantor'],
  columns: {
    kind: column(
      'text',
      'database, schema, table, view, materialized_view, partitioned_table, foreign_table, sequence, column, routine, type, language, foreign_server, foreign_data_wrapper, tablespace, parameter, or default_ and the kind for default privileges',
    ),
    schema: column('text', 'Schema of the object; null when it lies in none'),
    name: column('text', 'Plain name of the object; for a column that of its table; null for default privileges'),
    object: column('text', 'Its name, with schema and arguments or column where it has them'),
    owner: rolename('Owner of the object'),
    grantee: rolename('Who has the privilege; PUBLIC for everyone'),
    to_public: column('boolean', 'Granted to PUBLIC, that is to every role'),
    privilege: column('text', 'SELECT, INSERT, USAGE, CREATE, EXECUTE, CONNECT, ...'),
    grantable: column('boolean', 'May be given on'),
    grantor: rolename('Who granted it'),
  },
})

const table = declareResource({
  name: 'postgres.table',
  title: 'Tables and views',
  description: 'Tables, views and foreign tables of this database outside the system schemas.',
  key: ['schema', 'name'],
  columns: {
    database: column('text', 'The database it is in'),
    schema: column('text', 'Schema'),
    name: column('text', 'Name'),
    owner: rolename('Owner'),
    kind: column('text', 'table, partitioned_table, view, materialized_view or foreign_table'),
    row_security: column('boolean', 'Row-level security is enabled'),
    row_security_forced: column('boolean', 'Row-level security also holds for the owner'),
    policy_count: column('integer', 'Row-level security policies'),
    column_count: column('integer', 'Columns'),
    column_names: column('json', 'Names of the columns, in order'),
    estimated_rows: column('integer', 'Rows as last estimated by ANALYZE; null when never analysed'),
  },
})

const extension = declareResource({
  name: 'postgres.extension',
  title: 'Extensions',
  description: 'Extensions installed in this database.',
  key: ['name'],
  columns: {
    database: column('text', 'The database it is installed in'),
    name: column('text', 'Name'),
    version: column('text', 'Installed version'),
    default_version: column('text', 'Version that CREATE EXTENSION would install; null when its files are gone'),
    schema: column('text', 'Schema of its objects'),
    owner: rolename('Owner'),
    trusted: column('boolean', 'May be installed without superuser; null when its files are gone'),
    needs_superuser: column('boolean', 'Needs a superuser to install; null when its files are gone'),
  },
})

const hbaRule = declareResource({
  name: 'postgres.hba_rule',
  title: 'Authentication rules',
  description:
    'The lines of pg_hba.conf as the files now read, in order. The first that matches a connection decides. Incomplete without the right to read it.',
  key: ['file', 'line'],
  columns: {
    file: column('text', 'File of the rule; pg_hba.conf before PostgreSQL 16'),
    line: column('integer', 'Line in the file'),
    type: column('text', 'local, host, hostssl, hostnossl, hostgssenc, hostnogssenc; null for a line with an error'),
    database: column('json', 'Databases it is for'),
    user: column('json', 'Roles it is for'),
    address: column('text', 'Client address, name, all, samehost or samenet; null for local'),
    netmask: column('text', 'Mask of the address; null when it has none'),
    method: column('text', 'trust, scram-sha-256, md5, password, peer, cert, ...; null for a line with an error'),
    options: column('json', 'Options, with secrets replaced by [redacted]'),
    error: column('text', 'Why the line is not valid; null when it is'),
  },
})

/** What the PostgreSQL connector yields. */
export const resources: readonly ResourceDeclaration[] = [
  server,
  role,
  membership,
  setting,
  database,
  grant,
  table,
  extension,
  hbaRule,
]
