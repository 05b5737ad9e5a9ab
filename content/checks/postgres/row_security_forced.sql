-- Without a list of schemas all of them are looked at; without a tenant column every table counts.
select
  connection || '/' || schema || '.' || name as subject_id,
  case
    when $tenant_column <> '' and column_names is null then 'unknown'
    when $tenant_column <> '' and not list_contains(cast(column_names as varchar[]), $tenant_column) then 'not_applicable'
    when row_security is null or row_security_forced is null or policy_count is null then 'unknown'
    when row_security and row_security_forced and policy_count > 0 then 'pass'
    else 'fail'
  end as status,
  case
    when $tenant_column <> '' and column_names is null then 'The source did not name the columns of the table.'
    when $tenant_column <> '' and not list_contains(cast(column_names as varchar[]), $tenant_column) then 'The table has no column ' || $tenant_column || '.'
    when row_security is null or row_security_forced is null or policy_count is null then 'The source did not tell the row-level security of the table.'
    when not row_security then 'Row-level security is not enabled.'
    when not row_security_forced then 'Row-level security does not hold for the owner of the table.'
    when policy_count = 0 then 'There is no policy, so that nobody but a bypassing role sees a row.'
    else 'Row-level security is enabled and forced (policies: ' || policy_count || ').'
  end as reason,
  owner
from postgres_table
where kind in ('table', 'partitioned_table') and ($schemas = '' or list_contains(string_split(replace($schemas, ' ', ''), ','), schema))
union all
select s.connection || '/tables', 'not_applicable', 'The database has no tables in these schemas.', null
from postgres_server s
where s.connection not in (
  select connection from postgres_table
  where kind in ('table', 'partitioned_table') and ($schemas = '' or list_contains(string_split(replace($schemas, ' ', ''), ','), schema))
)
